#!/usr/bin/env node
// What an owner has, and every change of it from now on:
//   node examples/owner.mjs <public key or account hash> [--once]
// API: the deployment, http://127.0.0.1:3000 where it is left out. KEY: a credential, where the deployment wants one.
import { ClientError, createClient, RefusedError } from 'astake-lookup/client';

const [account, once] = process.argv.slice(2);
const { API: url = 'http://127.0.0.1:3000', KEY: token } = process.env;
const client = createClient({ url, token });
const aborting = new AbortController();
process.once('SIGINT', () => aborting.abort());

/** At `minHeight` or later: what was read before an event may be the value before it. */
async function show(minHeight) {
  const { data, meta } = await client.getAccount({ id: account }, { maxAge: 30, minHeight });
  console.log(
    `${data.id}: ${data.balance.cspr} CSPR at block ${meta.block.height}${meta.stale ? ', maybe no longer' : ''}`,
  );
  for await (const asset of client.items.findAssets({ owner: data.id }))
    console.log(`  ${asset.data.id}${asset.meta.stale ? ' (stale)' : ''}`);
}

try {
  // The place in the feed first: what changes after it is not missed.
  const { next: after } = await client.listChanges();
  await show();
  if (once === '--once') process.exit();
  const onFailure = (failure) => console.error(`${failure.code}: it goes on`);
  for await (const event of client.follow({ after, account }, { signal: aborting.signal, onFailure })) {
    console.log(`${event.at} ${event.type} ${event.ref?.id ?? ''} ${event.fields.join(', ')}`);
    await show(event.block?.height);
  }
} catch (error) {
  if (!(error instanceof ClientError)) throw error;
  if (error.code === 'aborted') process.exit();
  if (error instanceof RefusedError && error.status === 404) console.error('The chain has no such account.');
  else console.error(`${error.code}: ${error.message}${error.requestId ? ` (request ${error.requestId})` : ''}`);
  process.exitCode = 1;
}
