import { expect, test } from '@jest/globals';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import { LOGIC_VERSION } from '../../../lib/domain/progress.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { createWorld } from '../following/world.ts';
import { reconcile } from './run.ts';

const height = 60;
const truth = recordedTruth('chain-a');
const accounts = truth.accounts
  .map(({ id }) => ({ kind: 'account', id }))
  .filter(({ id }) => truth.account(id, height) !== null);

/** The records of accounts, as another version of the code has saved them. */
async function savedBy(version: (place: number) => number) {
  const world = await createWorld({ height });
  const service = world.process();
  await runTick(service);
  for (const ref of accounts) await lookup(ref, defaultReadOptions, service);
  const { records } = world.tables;
  const keys = [...records.keys()].filter((key) => key.startsWith('account#'));
  keys.forEach((key, place) => {
    const record = records.get(key);
    if (record !== undefined) records.set(key, { ...record, logicVersion: version(place) });
  });
  // What was checked within the day is left out.
  world.pass(86_400_000);
  const versions = () => keys.map((key) => records.get(key)?.logicVersion);
  return { world, records, keys, versions };
}

test('reconciliation brings what an earlier version has saved to the present one (rule ITEM-7)', async () => {
  const { world, versions } = await savedBy(() => LOGIC_VERSION - 1);
  expect(versions().length).toBeGreaterThan(2);
  const { run, tally } = await reconcile(world.process());
  expect(run.status).toBe('finished');
  expect(tally.counts).toMatchObject({ missed: 0, conflict: 0 });
  expect(new Set(versions())).toEqual(new Set([LOGIC_VERSION]));
});

test('a dry run counts them, and changes nothing', async () => {
  const { world, versions } = await savedBy(() => LOGIC_VERSION - 1);
  await reconcile(world.process(), { dryRun: true });
  expect(new Set(versions())).toEqual(new Set([LOGIC_VERSION - 1]));
});

test('what a later version has saved stays as it is, while what an earlier one has saved comes to this one', async () => {
  const { world, records, keys, versions } = await savedBy((place) => LOGIC_VERSION + (place % 2 === 0 ? 1 : -1));
  const later = keys.filter((_, place) => place % 2 === 0).map((key) => structuredClone(records.get(key)));
  await reconcile(world.process());
  expect(versions()).toEqual(keys.map((_, place) => LOGIC_VERSION + (place % 2 === 0 ? 1 : 0)));
  expect(keys.filter((_, place) => place % 2 === 0).map((key) => records.get(key))).toEqual(later);
});
