import { expect, test } from '@jest/globals';
import { type EntityRef, refKey } from '../../../lib/domain/entity.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { type Alter, changeable, createWorld } from '../following/world.ts';
import { reconcile } from './run.ts';

const truth = recordedTruth('chain-a');
/** An account whose position and balance change between these blocks. */
const staker = truth.accounts.find(({ id }) => id.startsWith('account-hash-07057cd1d'))?.id ?? '';
const before = 35;
const after = 41;

/** What a run finds about a record that was true at its own block and claims nothing beyond it, and who was asked for it. */
async function foundBehind(ref: EntityRef) {
  const asked = [new Set<string>(), new Set<string>(), new Set<string>()];
  const nodes = asked.map(
    (keys): Alter =>
      (_method, params, forward) => {
        if (typeof params?.key === 'string') keys.add(params.key);
        return forward();
      },
  );
  const world = await createWorld({ height: before, nodes });
  const service = world.process();
  await runTick(service);
  await lookup(ref, defaultReadOptions, service);
  world.pass(60_000);
  world.setHeight(after);
  for (const keys of asked) keys.clear();
  const { tally } = await reconcile(service);
  const found = tally.samples.find((sample) => refKey(sample.ref) === refKey(ref));
  return { found, asked };
}

test('a record of a kind that takes hundreds of calls is behind by what one node says, when no claim was false (rule CONFLICT-6)', async () => {
  const { found, asked } = await foundBehind({ kind: 'staking', id: staker });
  expect(found).toMatchObject({ finding: 'behind', outcome: 'fixed', height: before, through: before });
  const bidKeys = asked.map((keys) => [...keys].filter((key) => key.startsWith('bid-addr-')).length);
  expect(bidKeys).toEqual([expect.any(Number), 0, 0]);
  expect(bidKeys[0]).toBeGreaterThan(3);
});

test('any other kind is judged by several nodes (rule CONFLICT-3)', async () => {
  const { found, asked } = await foundBehind({ kind: 'account', id: staker });
  expect(found).toMatchObject({ finding: 'behind', outcome: 'fixed', height: before, through: before });
  expect(asked.map((keys) => keys.has(staker))).toEqual([true, true, true]);
});

test('of any other kind a record is not behind because one node says so (rule CONFLICT-3)', async () => {
  const [own, later] = [26, 28];
  const unchanged = truth.accounts.find(({ id }) => {
    const [then, now] = [truth.account(id, own), truth.account(id, later)];
    return then !== null && JSON.stringify(then) === JSON.stringify(now);
  });
  const ref = { kind: 'account', id: unchanged?.id ?? '' };
  const isLater = ({ state_identifier: at }: { state_identifier?: { BlockHash?: string } }): boolean =>
    at?.BlockHash === truth.block(later).hash;
  const wrongBalance: Alter = (method, params, forward) => {
    if (method !== 'query_balance_details' || !isLater(params)) return forward();
    const { result } = changeable(forward());
    return { result: { ...result, total_balance: '1', available_balance: '1' } };
  };
  const world = await createWorld({ height: own, nodes: [wrongBalance, undefined, undefined] });
  const service = world.process();
  await runTick(service);
  await lookup(ref, defaultReadOptions, service);
  world.pass(60_000);
  world.setHeight(later);
  const { tally } = await reconcile(service);
  expect(tally.samples.filter((sample) => refKey(sample.ref) === refKey(ref))).toEqual([]);
  expect(tally.counts).toMatchObject({ behind: 0, missed: 0, conflict: 0 });
  expect(service.chain.nodes()[0]).not.toBe('n1');
});
