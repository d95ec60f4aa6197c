#!/usr/bin/env node
// The balance of an account, whatever the service or its nodes say: checked here, from a switch block that you trust.
//   node examples/verify.mjs <public key or account hash> <chain name> <height> <hash of the switch block>
// API: the deployment, http://127.0.0.1:3000 where it is left out. KEY: a credential, where the deployment wants one.
import { createClient } from 'astake-lookup/client';
import { ProofRefused, verify } from 'astake-lookup/verify';

const [account, chainName, height, hash] = process.argv.slice(2);
const { API: url = 'http://127.0.0.1:3000', KEY: token } = process.env;
const anchor = { chainName, height: Number(height), hash };

try {
  const answer = await createClient({ url, token }).getAccount({ id: account, proof: 'full', anchor: anchor.height });
  const proved = await verify(answer, anchor, { kind: 'account', id: account });
  console.log(`${proved.data.balance.cspr} CSPR at block ${proved.block.height}, signed by ${proved.weight}`);
  console.log(`without a proof: ${proved.unproved.join(', ') || 'nothing'}`);
  console.log(`the next anchor: ${proved.anchor.height} ${proved.anchor.hash}`);
} catch (error) {
  console.error(`${error instanceof ProofRefused ? 'refused, ' : ''}${error.code ?? ''}: ${error.message}`);
  process.exitCode = 1;
}
