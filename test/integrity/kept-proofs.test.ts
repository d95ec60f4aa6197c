import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type EntityRef, refKey } from '../../lib/domain/entity.ts';
import { defaultReadOptions } from '../../lib/domain/freshness.ts';
import { runTick } from '../../lib/usecases/following/tick.ts';
import { lookup } from '../../lib/usecases/reading/lookup.ts';
import { basisNames } from '../../lib/usecases/store-access.ts';
import { lacking } from '../support/lacking.ts';
import { recordedTruth } from '../support/recorded-truth.ts';
import { type Network, startNetwork } from './network.ts';

/** Rule PROOF-2: what is kept of a proof, on a chain whose nodes give proofs. */
const truth = recordedTruth('chain-e');
const [from, to] = [60, 66];
const fromChain = { ...defaultReadOptions, noCache: true };

/** Tokens that no block from `from` to `to` changes. */
const [token, other] = truth.tokens
  .filter((one) => truth.asset(one, from) !== null)
  .filter((one) => JSON.stringify(truth.asset(one, from)) === JSON.stringify(truth.asset(one, to)))
  .map(({ packageHash, tokenId }): EntityRef => ({ kind: 'asset', id: `${packageHash}:${tokenId}` }));
const [asset, neighbour] = [token ?? lacking(), other ?? lacking()];

let network: Network;
beforeEach(async () => {
  network = await startNetwork({ recording: 'chain-e', height: from });
});
afterEach(() => network.close());

const recordOf = (ref: EntityRef) => network.store.tables.records.get(refKey(ref)) ?? lacking();

async function followTo(height: number): Promise<void> {
  network.node.setHeight(height);
  // Past the age of a snapshot.
  network.pass(2_000);
  expect((await runTick(network.service)).stoppedBy).toBe('done');
  network.pass(2_000);
}

test('sync moves the claim of what no block has written, and its proof stays where it was read', async () => {
  await followTo(from);
  const read = await lookup(asset, fromChain, network.service);
  expect([read.block.height, read.proof.height]).toEqual([from, from]);
  await followTo(to);
  // A process that remembers it judges it by what it knew then.
  const kept = await lookup(asset, defaultReadOptions, network.another());
  expect(kept).toMatchObject({ source: 'cache', block: { height: from }, verifiedThrough: { height: to } });
  expect(read.proof).toMatchObject(kept.proof);
});

test('a value with a part that was stored before is proved at the block of that part', async () => {
  await followTo(from);
  await lookup(asset, fromChain, network.service);
  await followTo(to);
  const read = await lookup(neighbour, fromChain, network.service);
  expect([read.source, read.block.height, read.proof.height]).toEqual(['chain', to, from]);
  expect(read.proof.level).not.toBe('none');
});

test('a basis that an earlier version has stored takes the proof from what is joined with it', async () => {
  await followTo(from);
  await lookup(asset, fromChain, network.service);
  for (const name of basisNames(recordOf(asset))) {
    const { proof: _, ...earlier } = recordOf({ kind: 'basis', id: name });
    network.store.tables.records.set(`basis#${name}`, earlier);
  }
  await followTo(to);
  const { source, proof } = await lookup(neighbour, fromChain, network.another());
  expect([source, proof.level, proof.reason, proof.height]).toEqual(['chain', 'none', 'not_asked', null]);
});

test('a record of an earlier version reads as before, without a proof, until it is read again', async () => {
  await followTo(from);
  await lookup(asset, fromChain, network.service);
  const { proof: _, ...earlier } = recordOf(asset);
  network.store.tables.records.set(refKey(asset), earlier);
  const { entry, ...row } = network.store.tables.cache.get(refKey(asset)) ?? lacking();
  const { proof: __, ...earlierEntry } = entry;
  network.store.tables.cache.set(refKey(asset), { ...row, entry: earlierEntry });
  const service = network.another();
  const kept = await lookup(asset, defaultReadOptions, service);
  expect([kept.source, kept.proof.level, kept.proof.reason]).toEqual(['cache', 'none', 'not_asked']);
  const again = await lookup(asset, fromChain, service);
  expect([again.source, again.proof.level === 'none', recordOf(asset).proof?.level]).toEqual([
    'chain',
    false,
    again.proof.level,
  ]);
});

test('a basis that sync reads again has the proof of that reading', async () => {
  await followTo(from);
  await lookup(asset, fromChain, network.service);
  await network.service.progress.askForBases();
  await followTo(to);
  const bases = basisNames(recordOf(asset)).map((name) => recordOf({ kind: 'basis', id: name }));
  expect(bases.length).toBeGreaterThan(0);
  for (const { block, proof } of bases) expect([block.height, proof?.height]).toEqual([to, to]);
});

test('a basis that a reader creates has the proof of that reading', async () => {
  await lookup(asset, fromChain, network.service);
  const bases = basisNames(recordOf(asset)).map((name) => recordOf({ kind: 'basis', id: name }));
  expect(bases.length).toBeGreaterThan(0);
  for (const { proof } of bases) expect([proof?.height, proof?.level === 'none']).toEqual([from, false]);
  // The evidence of the value has none of theirs: their own trails have it.
  for (const { ref } of bases) {
    const [entry] = network.store.tables.audit.get(refKey(ref)) ?? [];
    expect(entry?.proof?.evidence).toEqual({ root: expect.any(String), digest: expect.any(String) });
  }
});
