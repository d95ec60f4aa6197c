import { describe, expect, test } from '@jest/globals';
import { RpcFailure } from '../../../lib/chain/rpc/errors.ts';
import type { Reconciliation } from '../../../lib/domain/reconciliation.ts';
import type { EntityRecord } from '../../../lib/domain/record.ts';
import { shardCount, shardOf } from '../../../lib/domain/shard.ts';
import { beginReconciliation } from '../../../lib/usecases/reconciliation/begin.ts';
import { reconciliationReportOf } from '../../../lib/usecases/reconciliation/read-report.ts';
import { sweepShard } from '../../../lib/usecases/reconciliation/sweep-shard.ts';
import { copyOf } from '../following/killed.ts';
import { type Alter, createWorld, type World } from '../following/world.ts';
import { checkedAt, worldOfAbsentRefs } from './absent-refs.ts';
import { recordAt } from './plant.ts';
import { reconcile, tallyOf, workOn } from './run.ts';

const anHour = 3_600_000;
const absent = (await worldOfAbsentRefs(192)).tables;
const many = absent.records.size;
const shards = [...Array(shardCount).keys()];

const keysOf = (shard: number): string[] => [...absent.records.keys()].filter((key) => shardOf(key) === shard);

/** A world in which a run may send `callsPerShard` requests for each shard. */
async function allowing(callsPerShard: number, nodes: readonly (Alter | undefined)[] = [undefined]): Promise<World> {
  const env = { ASTAKE_RECONCILE_CALLS: String(callsPerShard * shardCount) };
  const world = await createWorld({ height: 60, env, nodes, tables: copyOf(absent) });
  world.pass(100 * anHour);
  return world;
}

const now = (world: World): number => world.process().clock.now();

/** Sets dates of all ages, and some invalid ones. */
function spread(world: World): void {
  const latest = now(world);
  [...world.tables.records.keys()].forEach((key, index) => {
    const hours = (index * 37) % 60;
    const date = new Date(latest - hours * anHour - index * 1_000).toISOString();
    checkedAt(key, index % 9 === 0 ? 'never' : index % 9 === 1 ? '2999-01-01T00:00:00.000Z' : date, world);
  });
}

/** The order in which a run has to examine: never verified, not for a day, and the rest, the oldest first. */
function byPriority({ startedAt }: Reconciliation): (record: EntityRecord) => string {
  const aDayBefore = new Date(Date.parse(startedAt) - 24 * anHour).toISOString();
  return ({ checkedAt: date, ref }) => {
    const phase = date > startedAt ? 0 : date < aDayBefore ? 1 : 2;
    return `${phase} ${date} ${ref.kind}#${ref.id}`;
  };
}

describe('A run that cannot reach all records', () => {
  test('ends, counts exactly the records that it did not reach, and stays near its limit of calls', async () => {
    const world = await allowing(6);
    spread(world);
    const { run, tally } = await reconcile(world.process());
    const proved = [...world.tables.records.values()].filter((record) => record.checkedAt === run.startedAt).length;
    expect(run).toMatchObject({ status: 'finished', callsAllowed: 6 * shardCount });
    expect(proved).toBeGreaterThan(2 * shardCount);
    expect(proved).toBeLessThan(many / 2);
    expect(tally.counts).toMatchObject({ match: proved, skipped: many - proved });
    expect(await reconciliationReportOf(run, world.process())).toMatchObject({
      records: proved,
      unreached: many - proved,
    });
    // A shard finishes the page that it has begun.
    const aPage = 5;
    for (const { tally: part } of await world.process().reconciliations.shards(run.id))
      expect(part.calls).toBeLessThan(6 + aPage);
  });

  test('begins with records never verified, then those not verified for a day, then the oldest', async () => {
    const world = await allowing(11);
    spread(world);
    const before = new Map(world.tables.records);
    const { run } = await reconcile(world.process());
    const priority = byPriority(run);
    const priorityOf = (key: string): string => priority(recordAt(key, before));
    const reached = new Set<string | undefined>();
    for (const shard of shards) {
      const keys = keysOf(shard).sort((a, b) => (priorityOf(a) < priorityOf(b) ? -1 : 1));
      const proved = keys.filter((key) => world.tables.records.get(key)?.checkedAt === run.startedAt);
      expect({ shard, proved }).toEqual({ shard, proved: keys.slice(0, proved.length) });
      for (const key of proved) reached.add(priorityOf(key)[0]);
    }
    expect([...reached].sort()).toEqual(['0', '1', '2']);
  });

  test('repeated every hour verifies all records within a day, and keeps them verified', async () => {
    const world = await allowing(1);
    const begun = now(world);
    const verified: number[] = [];
    for (let hour = 1; hour <= 48; hour += 1) {
      world.pass(anHour);
      const { run, tally } = await reconcile(world.process());
      expect(tally.counts.match + tally.counts.skipped).toBe(many);
      verified.push(run.coverage?.verified ?? 0);
      if (verified.at(-1) === many) expect(Date.parse(run.coverage?.oldest ?? '')).toBeGreaterThan(begun);
    }
    const whole = verified.indexOf(many);
    expect(whole).toBeGreaterThan(5);
    expect(whole).toBeLessThan(24);
    expect(verified.slice(0, whole)).toEqual([...verified.slice(0, whole)].sort((a, b) => a - b));
    expect(verified.slice(whole)).toEqual(Array(48 - whole).fill(many));
  });

  test('that takes too long ends, and counts the records that it did not reach', async () => {
    const world = await allowing(1_000);
    const service = world.process();
    const { run } = await beginReconciliation({}, service);
    const half = shardCount / 2;
    for (let shard = 0; shard < half; shard += 1) await sweepShard({ run: run ?? '', shard }, service);
    world.pass(55 * 60_000);
    await sweepShard({ run: run ?? '', shard: half }, service);
    world.pass(1);
    const { run: ended, tally } = await workOn(run ?? '', service);
    const left = [...world.tables.records.keys()].filter((key) => shardOf(key) > half).length;
    expect(ended.status).toBe('finished');
    expect(tally.counts).toMatchObject({ match: many - left, skipped: left });
  });
});

describe('While nodes ask for a pause', () => {
  const throttled = (pauseSeconds: number) => {
    const node = { isThrottled: false };
    const alter: Alter = (_method, _params, forward) => {
      if (!node.isThrottled) return forward();
      node.isThrottled = false;
      throw new RpcFailure('status', 'status 429', { status: 429, retryAfter: pauseSeconds });
    };
    return { node, alter };
  };

  test.each([
    [7, 7],
    [300, 60],
  ])('of %i seconds, a shard waits %i seconds and then continues', async (asked, waits) => {
    const { node, alter } = throttled(asked);
    const world = await allowing(1_000, [alter]);
    const service = world.process();
    const { run } = await beginReconciliation({}, service);
    const id = run ?? '';
    const shard = shards.find((one) => keysOf(one).length > 10) ?? 0;
    node.isThrottled = true;
    expect(await sweepShard({ run: id, shard }, service)).toEqual({ done: false, waitSeconds: waits });
    world.pass(asked * 1_000);
    expect(await sweepShard({ run: id, shard }, service)).toEqual({ done: true, waitSeconds: 0 });
    // The records of its page are unverifiable and keep their dates, so the next run begins with them.
    const { counts } = await tallyOf(id, service);
    expect(counts).toMatchObject({ match: keysOf(shard).length - 2, unverifiable: 2, skipped: 0 });
    const { tally } = await workOn(id, service);
    expect(tally.counts).toMatchObject({ match: many - 2, unverifiable: 2 });
    world.pass(anHour);
    expect((await reconcile(service)).tally.counts).toMatchObject({ match: many, unverifiable: 0 });
  });

  test('and only one of two nodes does, the other one answers, and no record is unverifiable', async () => {
    const { node, alter } = throttled(7);
    const world = await allowing(1_000, [alter, undefined]);
    const service = world.process();
    const { run } = await beginReconciliation({}, service);
    let waits = 0;
    for (const shard of shards) {
      node.isThrottled = true;
      for (;;) {
        const { done, waitSeconds } = await sweepShard({ run: run ?? '', shard }, service);
        if (done) break;
        waits += 1;
        world.pass(waitSeconds * 1_000);
      }
    }
    expect(waits).toBeGreaterThan(0);
    expect((await tallyOf(run ?? '', service)).counts).toMatchObject({ match: many, unverifiable: 0 });
  });
});
