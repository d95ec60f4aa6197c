import { describe, expect, test } from '@jest/globals';
import type { Counts } from '../../../lib/domain/reconciliation.ts';
import { shardCount } from '../../../lib/domain/shard.ts';
import { addTallies, emptyTally, tallied } from '../../../lib/domain/tally.ts';
import { listReports, reportById } from '../../../lib/usecases/reconciliation/read-report.ts';
import { runOf, shardProgressOf } from '../../store/samples.ts';
import { clockOf } from '../../support/clock.ts';
import { createMemoryStore } from '../../support/memory-store.ts';
import {
  counted,
  coverageOf,
  finishedAt,
  finishedRun,
  reported,
  reportedOn,
  startedAt,
  storeWith,
  times,
} from './report-samples.ts';

describe('a report', () => {
  test('adds up the tallies of all shards, and counts the shards that are done', async () => {
    const store = storeWith(emptyTally, finishedRun());
    const found = [
      tallied([...times(3), counted({ finding: 'missed', outcome: 'fixed' })]),
      tallied(times(2, counted({ kind: 'account', finding: 'unverifiable', outcome: 'unfixed' }))),
      tallied([counted({ kind: 'account', finding: 'skipped' })]),
    ].map((tally) => addTallies(tally, { ...emptyTally, calls: 7, milliseconds: 1_500 }));
    const shards = found.map((tally, shard) => shardProgressOf({ shard, tally, done: shard > 0 }));
    store.tables.shards.set('run-1', new Map(shards.map((shard) => [shard.shard, shard])));

    const { samples, recommendations, advice, notes, counts, byKind, ...report } = await reportById('run-1', store);
    expect(report).toEqual({
      id: 'run-1',
      scope: { of: 'all' },
      dryRun: false,
      startedBy: 'schedule',
      status: 'finished',
      startedAt,
      finishedAt,
      block: finishedRun().block,
      reason: null,
      callsAllowed: 1_000,
      milliseconds: 600_000,
      coverage: { records: 10, verified: 10, share: 1, oldest: startedAt, oldestSeconds: 600, at: finishedAt },
      progress: { shards: shardCount, done: 2 },
      records: 6,
      unreached: 0,
      byCheck: { chain: { passed: 3, failed: 1, untold: 2 } },
      calls: 21,
      workMilliseconds: 4_500,
      previous: null,
    });
    expect(counts).toMatchObject({ match: 3, missed: 1, unverifiable: 2, skipped: 1, fixed: 1 });
    expect(byKind.account).toMatchObject({ match: 0, unverifiable: 2, skipped: 1 });
    expect(samples.map(({ finding }) => finding)).toEqual(['missed', 'unverifiable', 'unverifiable']);
    expect(recommendations.length + notes.length).toBeGreaterThan(2);
    // The store has ten records: there is nothing to save.
    expect(advice).toEqual([]);
  });

  test('advises on calls after a finished real run over the whole store, and after no other', async () => {
    const tally = { ...emptyTally, ...tallied(times(20_000)), calls: 50_000 };
    const advisedAfter = async (parts: Parameters<typeof finishedRun>[0]) => {
      const coverage = coverageOf(20_000, 20_000);
      const { advice } = await reportById(
        'run-1',
        storeWith(tally, finishedRun({ callsAllowed: 60_000, coverage, ...parts })),
      );
      return advice.map(({ variable, now, value }) => [variable, now, value]);
    };
    expect(await advisedAfter({})).toEqual([['ASTAKE_RECONCILE_CALLS', 60_000, 2_000]]);
    for (const parts of [
      { dryRun: true },
      { status: 'interrupted' },
      { scope: { of: 'kind', kind: 'asset' } },
    ] as const)
      expect(await advisedAfter(parts)).toEqual([]);
  });

  test('is compared with the run of the same scope that finished before it', async () => {
    const store = storeWith(tallied([...times(3), counted({ finding: 'behind', outcome: 'fixed' })]), finishedRun());
    const finishedBefore = (id: string, startedAtDay: number, parts: Parameters<typeof runOf>[0]) => {
      store.tables.reconciliations.set(
        id,
        finishedRun({
          id,
          startedAt: `2025-12-${startedAtDay}T00:00:00.000Z`,
          finishedAt: `2025-12-${startedAtDay}T00:10:00.000Z`,
          ...parts,
        }),
      );
      const tally = tallied([...times(5), counted({ finding: 'missed', outcome: 'fixed' })]);
      store.tables.shards.set(id, new Map([[0, shardProgressOf({ shard: 0, done: true, tally })]]));
    };
    finishedBefore('run-0', 10, {});
    finishedBefore('cancelled', 11, { status: 'cancelled' });
    finishedBefore('of-a-kind', 12, { scope: { of: 'kind', kind: 'asset' } });
    const { previous } = await reportById('run-1', store);
    expect(previous).toMatchObject({
      id: 'run-0',
      finishedAt: '2025-12-10T00:10:00.000Z',
      dryRun: false,
      counts: { match: 5, missed: 1, behind: 0, fixed: 1 },
      difference: { match: -2, missed: -1, behind: 1, fixed: 0 },
    });
    expect((await reportById('of-a-kind', store)).previous).toBeNull();
  });

  test('of a run of an earlier version has every count of each kind', async () => {
    const { unfixed: _, ...older } = tallied(times(2)).counts;
    const tally = { ...tallied(times(2)), byKind: { asset: older as Counts } };
    expect((await reportedOn(tally)).byKind.asset).toMatchObject({ match: 2, unfixed: 0 });
  });

  test('of one owner has a single shard', async () => {
    const { progress } = await reported([], finishedRun({ scope: { of: 'owner', owner: 'account-hash-1' } }), 1);
    expect(progress).toEqual({ shards: 1, done: 1 });
  });

  test('of a run in progress counts its time until now', async () => {
    const report = await reported([], finishedRun({ status: 'running', finishedAt: null, coverage: null }));
    expect([report.milliseconds, report.coverage]).toEqual([600_000, null]);
  });

  test.each([
    ['there are no records', coverageOf(0, 0, null), { share: null, oldestSeconds: null }],
    ['half of the records are verified', coverageOf(4, 2), { share: 0.5, oldestSeconds: 600 }],
    ['the oldest date is invalid', coverageOf(4, 2, 'soon'), { share: 0.5, oldestSeconds: null }],
    [
      'the oldest date is far in the future',
      coverageOf(4, 0, '9999-01-01T00:00:00.000Z'),
      { share: 0, oldestSeconds: null },
    ],
    ['a clock is a second ahead', coverageOf(4, 4, '2026-01-01T00:10:01.000Z'), { share: 1, oldestSeconds: 0 }],
  ])('shows coverage when %s', async (_, coverage, figures) => {
    expect((await reported([], finishedRun({ coverage }))).coverage).toEqual({ ...coverage, ...figures });
  });

  test('of an unknown run is not found', async () => {
    await expect(reportById('run-2', storeWith(emptyTally, finishedRun()))).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

test('runs are listed newest first, page by page, without a read of their shards', async () => {
  const calls: string[] = [];
  const store = createMemoryStore({ onCall: (name) => void calls.push(name) });
  const clock = clockOf(() => Date.parse(finishedAt));
  for (const n of [1, 2, 3, 4, 5]) {
    store.tables.reconciliations.set(`run-${n}`, runOf({ id: `run-${n}`, startedAt: `2026-01-0${n}T00:00:00.000Z` }));
  }
  const ids: string[][] = [];
  let after: string | undefined;
  do {
    const { runs, last } = await listReports({ limit: 2, after }, { ...store, clock });
    ids.push(runs.map(({ id }) => id));
    after = last;
  } while (after !== undefined);
  expect(ids).toEqual([['run-5', 'run-4'], ['run-3', 'run-2'], ['run-1']]);
  expect(calls.filter((name) => name === 'reconciliations.list')).toHaveLength(3);
  // The run that a page begins after is read, because a cursor may be forged.
  expect(new Set(calls)).toEqual(new Set(['reconciliations.list', 'reconciliations.get']));
});
