import { expect, test } from '@jest/globals';
import { recordedExamples } from '../../../infra/local/dev-chain/recorded-examples.ts';
import type { EntityRef } from '../../../lib/domain/entity.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import type { Running } from '../../../lib/runtime/service.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { createWorld } from '../following/world.ts';

const { account, collections } = recordedExamples['chain-a'];
const token: EntityRef = { kind: 'asset', id: `${collections.villas.package}:0` };
/** This block ends an era. */
const eraEnd = 65;
/** Longer than a process remembers an entry. */
const forgetMs = 6_000;

/** Sync stands before the end of an era; account, position and token are tracked, read at a block before it, and verified through it. */
async function beforeEraEnd() {
  const world = await createWorld({ height: eraEnd - 3 });
  const refreshed: EntityRef[] = [];
  const process = (): Running => ({
    ...world.process(),
    refresher: { request: async (ref) => void refreshed.push(ref) },
  });
  const service = process();
  const read = (ref: EntityRef, by = service) => lookup(ref, defaultReadOptions, by);
  const position = { kind: 'staking', id: service.definitions.get('staking')?.canonicalId(account) ?? '' };
  const refs = [{ ...position, kind: 'account' }, position, token];
  await runTick(service);
  for (const ref of refs) await lookup(ref, defaultReadOptions, service);
  await to(eraEnd - 1);
  for (const ref of refs) expect(await read(ref)).toMatchObject({ verifiedThrough: { height: eraEnd - 1 } });
  expect(refreshed).toEqual([]);

  async function to(height: number) {
    world.setHeight(height);
    expect((await runTick(service)).stoppedBy).toBe('done');
    world.pass(forgetMs);
  }
  const calls = () => world.nodes.reduce((sum, node) => sum + node.calls().total, 0);
  return { refs, position, refreshed, process, to, read, calls };
}

const fromChain = { ...defaultReadOptions, noCache: true };

test('when an era has ended, the first read of what depends on it asks for its refresh, and asks no node (rule LIMIT-11)', async () => {
  const { refs, refreshed, to, read, calls } = await beforeEraEnd();
  await to(eraEnd);
  const before = calls();
  for (const ref of refs.slice(0, 2))
    expect(await read(ref)).toMatchObject({
      source: 'cache',
      stale: false,
      verifiedThrough: { height: eraEnd - 1 },
    });
  expect(await read(token)).toMatchObject({ source: 'cache', verifiedThrough: { height: eraEnd } });
  expect(calls()).toBe(before);
  expect(refreshed).toEqual(refs.slice(0, 2));
});

test('one refresh ends it: the next readers get the value as of the cursor, and ask for no other (rule LIMIT-11)', async () => {
  const { position, refreshed, process, to, read } = await beforeEraEnd();
  await to(eraEnd);
  await read(position);
  expect(refreshed).toEqual([position]);
  await lookup(position, fromChain, process());
  for (const height of [eraEnd, eraEnd + 1, eraEnd + 2]) {
    await to(height);
    // Another process has not asked in this half a minute.
    expect(await read(position, process())).toMatchObject({ source: 'cache', verifiedThrough: { height } });
  }
  expect(refreshed).toEqual([position]);
});
