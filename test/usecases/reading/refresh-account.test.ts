import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type EntityRef, refKey } from '../../../lib/domain/entity.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import type { LookupOutcome } from '../../../lib/usecases/reading/lookup-many.ts';
import { refreshAccount } from '../../../lib/usecases/reading/refresh-account.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { startService, type TestService } from '../../support/service.ts';
import { plantOwned } from './plant-owned.ts';

const truth = recordedTruth('chain-a');
const height = 60;
const unknown = `account-hash-${'0'.repeat(64)}`;
const tokens = truth.tokens
  .filter((token) => truth.asset(token, height) !== null)
  .map((token) => ({ ref: { kind: 'asset', id: `${token.packageHash}:${token.tokenId}` }, token }));
const ownerOf = ({ token }: (typeof tokens)[number]): string => String(truth.asset(token, height)?.owner);
/** The account with the most tokens. */
const [owner = '', owned = []] = [...Map.groupBy(tokens, ownerOf)].sort(([, a], [, b]) => b.length - a.length)[0] ?? [];
const own = ['account', 'staking'].map((kind) => ({ kind, id: owner }));

let running: TestService;
let refused: (name: string) => void;
beforeEach(async () => {
  refused = () => undefined;
  running = await startService({ height, onCall: (name) => refused(name) });
});
afterEach(() => running.close());

const maxBytes = 5_000_000;
const render = (ref: EntityRef, outcome: LookupOutcome) => ({ key: refKey(ref), read: outcome });
const refreshed = (account = owner, after?: EntityRef, service = running.service) =>
  refreshAccount({ account, after }, { maxBytes, render }, service);
const outcomes = async (account = owner) =>
  Object.fromEntries((await refreshed(account)).results.map(({ key, outcome }) => [key, outcome]));
const readTokens = async () => {
  for (const { ref } of tokens) await lookup(ref, defaultReadOptions, running.service);
};
const allOf = (outcome: string, refs: readonly EntityRef[]) =>
  Object.fromEntries(refs.map((ref) => [refKey(ref), outcome]));
const refsOwned = owned.map(({ ref }) => ref);

describe('the refresh of an account', () => {
  test('reads the account, its stakes and each token that is stored as its own from the chain, whatever the cache holds', async () => {
    await readTokens();
    expect(owned.length).toBeGreaterThan(2);
    const { results, last } = await refreshed();
    expect(results.map(({ key }) => key).sort()).toEqual([...own, ...refsOwned].map(refKey).sort());
    expect(results.map(({ read }) => 'answer' in read && read.answer.source)).toEqual(results.map(() => 'chain'));
    expect(last).toBeUndefined();
  });

  test('says of each what became of its record: made, changed, or as it was', async () => {
    await readTokens();
    const first = await outcomes();
    expect(first[`account#${owner}`]).toBe('created');
    expect(first).toMatchObject(allOf('unchanged', refsOwned));
  });

  test('of a balance that has changed says so once', async () => {
    const balance = (id: string, at: number) => JSON.stringify(truth.account(id, at));
    const moved = truth.accounts.find(({ id }) => balance(id, height - 20) !== balance(id, height));
    if (moved === undefined) throw new Error('no balance changes in the recording');
    running.node.setHeight(height - 20);
    await outcomes(moved.id);
    running.node.setHeight(height);
    expect((await outcomes(moved.id))[`account#${moved.id}`]).toBe('changed');
    expect((await outcomes(moved.id))[`account#${moved.id}`]).toBe('unchanged');
  });

  test('of an account that the chain does not have is an absence, and leaves no record', async () => {
    const { results } = await refreshed(unknown);
    expect(results.map(({ read }) => 'answer' in read && read.answer.data)).toContain(null);
    expect(results[0]).toMatchObject({ key: `account#${unknown}`, outcome: 'unchanged' });
    expect(running.store.tables.records.has(`account#${unknown}`)).toBe(false);
  });

  test('a save that fails shows: the answer is the chain’s, the record an older one', async () => {
    await readTokens();
    running.node.setHeight(height + 1);
    refused = (name) => {
      if (name === 'records.save') throw new Error('the store is out of order');
    };
    expect(await outcomes()).toMatchObject(allOf('unsaved', refsOwned));
  });

  test('fails as a whole only where no node answers at all', async () => {
    await readTokens();
    running.node.fault('down');
    await expect(refreshed()).rejects.toMatchObject({ code: 'chain_unavailable', retryable: true });
  });

  test('takes at most a hundred at a time, each once, and continues behind the last one', async () => {
    await readTokens();
    const { tables } = running.store;
    const { records } = tables;
    const sample = records.get(refKey(refsOwned[0] as EntityRef));
    if (sample === undefined) throw new Error('no record');
    for (const { ref } of tokens) records.delete(refKey(ref));
    const [collection] = sample.ref.id.split(':');
    const many = Array.from({ length: 130 }, (_, index) => `${collection}:${1_000 + index}`);
    plantOwned(sample, many, owner, tables);
    const first = await refreshed();
    expect(first.results).toHaveLength(100);
    const second = await refreshed(owner, first.last);
    const keys = [...first.results, ...second.results].map(({ key }) => key);
    expect(keys).toEqual([...own.map(refKey), ...many.map((id) => `asset#${id}`)]);
    expect(second.last).toBeUndefined();
  });
});
