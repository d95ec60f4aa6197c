import { describe, expect, test } from '@jest/globals';
import { RpcFailure } from '../../../lib/chain/rpc/errors.ts';
import { refKey } from '../../../lib/domain/entity.ts';
import type { OpenFinding, ShardProgress } from '../../../lib/domain/reconciliation.ts';
import { shardCount, shardOf } from '../../../lib/domain/shard.ts';
import { beginReconciliation } from '../../../lib/usecases/reconciliation/begin.ts';
import { sweepShard } from '../../../lib/usecases/reconciliation/sweep-shard.ts';
import { copyOf } from '../following/killed.ts';
import type { Alter } from '../following/world.ts';
import { rowsOf } from './rows.ts';
import { noCounts, reconcile, workOn } from './run.ts';
import { anHour, followedTables, followedTo, plantedTables, truth, worldOn } from './small-world.ts';

const followed = await followedTables();
const many = followed.records.size;
const aDay = 24 * anHour;

/** A world with two nodes that can be shut down. */
async function withTwoNodes(tables = followed) {
  const nodes = { areDown: false };
  const alter: Alter = (_method, _params, forward) => {
    if (nodes.areDown) throw new RpcFailure('connection', 'no answer');
    return forward();
  };
  return { nodes, world: await worldOn(tables, 0, { nodes: [alter, alter] }) };
}

describe('When no node answers', () => {
  test('all records are unverifiable, no row changes, and no date of verification moves', async () => {
    const { nodes, world } = await withTwoNodes();
    nodes.areDown = true;
    const before = rowsOf(world.tables);
    const { run, tally } = await reconcile(world.process());
    expect(run).toMatchObject({ status: 'finished', block: null, reason: null });
    expect(tally.counts).toEqual({ ...noCounts, unverifiable: many });
    expect(tally.byCheck.chain).toEqual({ passed: 0, failed: 0, untold: many });
    expect(tally.samples.length).toBeGreaterThan(5);
    for (const { finding, outcome } of tally.samples) expect([finding, outcome]).toEqual(['unverifiable', 'unfixed']);
    expect(rowsOf(world.tables)).toEqual(before);
  });

  test('coverage falls with time, and rises with the first run that has a node again', async () => {
    const { nodes, world } = await withTwoNodes();
    nodes.areDown = true;
    const checkedAt = [...world.tables.records.values()].map((record) => record.checkedAt).sort();
    const coverage = async () => (await reconcile(world.process())).run.coverage;
    expect(await coverage()).toMatchObject({ records: many, verified: many, oldest: checkedAt[0] });
    world.pass(aDay);
    expect(await coverage()).toMatchObject({ records: many, verified: 0, oldest: checkedAt[0] });
    nodes.areDown = false;
    // A node is used again after its pause.
    world.pass(anHour);
    const service = world.process();
    const at = new Date(service.clock.now()).toISOString();
    expect((await reconcile(service)).run.coverage).toEqual({ records: many, verified: many, oldest: at, at });
  });

  test('planted errors are reported as far as the store shows them, and no row changes', async () => {
    const { nodes, world } = await withTwoNodes(await plantedTables());
    nodes.areDown = true;
    const { records, audit, cache, conflicts } = copyOf(world.tables);
    const { tally } = await reconcile(world.process());
    const shown = tally.samples.filter(({ problems }) => problems.some(({ check }) => check !== 'chain'));
    expect(tally.counts).toMatchObject({
      match: 0,
      behind: 0,
      missed: 0,
      conflict: 2,
      fixed: 0,
      review: 0,
      skipped: 1,
    });
    expect(tally.byCheck).toMatchObject({
      digest: { failed: 2 },
      trail: { failed: 1 },
      watches: { failed: 4 },
      chain: { passed: 0, failed: 2 },
    });
    expect(shown.every(({ outcome }) => outcome === 'unfixed')).toBe(true);
    expect(world.tables.records).toEqual(records);
    expect(world.tables.conflicts).toEqual(conflicts);
    expect(world.tables.cache).toEqual(cache);
    const trails = [...world.tables.audit].filter(([key]) => !key.startsWith('node#'));
    expect(trails).toEqual([...audit]);
  });
});

describe('When the nodes fail during a run', () => {
  test('the records compared before keep their new dates, and no other row changes', async () => {
    const { nodes, world } = await withTwoNodes();
    const service = world.process();
    const before = new Map(world.tables.records);
    const { run: id } = await beginReconciliation({}, service);
    const half = shardCount / 2;
    for (let shard = 0; shard < half; shard += 1) await sweepShard({ run: id ?? '', shard }, service);
    nodes.areDown = true;
    const { run, tally } = await workOn(id ?? '', service);
    const proved = [...before.keys()].filter((key) => shardOf(key) < half);
    expect(run).toMatchObject({ status: 'finished', block: truth.block(followedTo) });
    expect(tally.counts).toEqual({ ...noCounts, match: proved.length, unverifiable: many - proved.length });
    const at = new Date(service.clock.now()).toISOString();
    for (const [key, record] of world.tables.records)
      expect(record).toEqual({ ...before.get(key), ...(shardOf(key) < half && { checkedAt: at }) });
    expect(run.coverage?.oldest).not.toBe(at);
  });

  test('before the remedies, the records stay as they are, and the next run fixes them', async () => {
    const { nodes, world } = await withTwoNodes(await plantedTables());
    const before = new Map(world.tables.records);
    const found: OpenFinding[] = [];
    const onCall = (name: string, [, saved]: readonly unknown[]): void => {
      const { page } = name === 'reconciliations.saveShard' ? (saved as ShardProgress) : { page: null };
      found.push(...(page?.found ?? []));
      nodes.areDown ||= found.some(({ finding }) => finding === 'missed');
    };
    const { tally } = await reconcile(world.process({ onCall }));
    expect(found.filter(({ finding }) => finding === 'missed')).toHaveLength(1);
    expect(tally.counts).toMatchObject({ missed: 1, unverifiable: expect.any(Number) });
    for (const { ref, finding, outcome } of tally.samples.filter((sample) => sample.finding === 'missed')) {
      expect({ finding, outcome }).toEqual({ finding: 'missed', outcome: 'unfixed' });
      expect(world.tables.records.get(refKey(ref))).toEqual(before.get(refKey(ref)));
    }

    nodes.areDown = false;
    world.pass(anHour);
    const { tally: again } = await reconcile(world.process());
    expect(again.counts).toMatchObject({ missed: 3, unverifiable: 0 });
    expect(again.samples.filter(({ finding, outcome }) => finding === 'missed' && outcome !== 'fixed')).toEqual([]);
  });
});
