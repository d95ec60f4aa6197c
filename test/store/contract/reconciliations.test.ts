import { describe, expect, test } from '@jest/globals';
import type { PageFound, Reconciliation, Sample, ShardProgress } from '../../../lib/domain/reconciliation.ts';
import { tallied } from '../../../lib/domain/tally.ts';
import { blockAt, runOf, shardProgressOf } from '../samples.ts';
import { onBoth } from '../subjects.ts';

const at = (minute: number) => `2026-01-01T00:${String(minute).padStart(2, '0')}:00.000Z`;

const sample: Sample = {
  ref: { kind: 'asset', id: 'a:b#c' },
  finding: 'behind',
  problems: [{ check: 'watches', problem: 'of the watches of 3 keys ✓ one is not there', outcome: 'fixed' }],
  outcome: 'fixed',
  height: 10,
  through: 20,
  conflict: null,
};
const checks = { chain: 'passed', watches: 'failed' } as const;
const tally = tallied([{ kind: 'asset', finding: 'behind', checks, outcome: 'fixed', sample }]);
const page: PageFound = {
  next: { phase: 'rest', after: null, done: true },
  sound: [{ key: 'asset#b', height: 10, sequence: 3 }],
  found: [
    {
      ...sample,
      problems: [{ check: 'watches', problem: 'p', remedies: ['watch', 'refresh'] }],
      sequence: 1,
      checks,
      remedies: ['watch', 'refresh'],
    },
  ],
  tally,
};

onBoth((create) => {
  const fresh = async () => (await create()).store.reconciliations;

  describe('keeps runs', () => {
    test.each<[string, Partial<Reconciliation>]>([
      ['as they begin', {}],
      [
        'as they end',
        {
          scope: { of: 'collection', kind: 'asset', collection: 'c'.repeat(64) },
          dryRun: true,
          startedBy: 'operator',
          requestedBy: 'key:ada',
          cancelledBy: 'key:ben',
          status: 'cancelled',
          finishedAt: at(9),
          attempt: 3,
          takenUpAt: at(7),
          block: blockAt(30),
          reason: 'an operator has ended it',
          coverage: { records: 9, verified: 4, oldest: at(1), at: at(9) },
          trails: {
            broken: [{ ref: { kind: 'key', id: 'a#b' }, sequence: 2, problem: 'the entry is missing', since: at(3) }],
            oldest: at(0),
            after: { timestamp: at(1), ref: { kind: 'key', id: 'a#b' }, sequence: 2 },
          },
        },
      ],
      ['of a store without a record', { coverage: { records: 0, verified: 0, oldest: null, at: at(9) } }],
    ])('%s, which come back exactly', async (_, parts) => {
      const runs = await fresh();
      const run = runOf(parts);
      expect(await runs.get(run.id)).toBeUndefined();
      expect(await runs.latest()).toBeUndefined();
      expect(await runs.begin(run, undefined)).toBe(true);
      expect(await runs.get(run.id)).toStrictEqual(run);
      expect(await runs.latest()).toStrictEqual(run);
      expect(await runs.get('latest')).toBeUndefined();
    });

    test('and of a block with further members, the three that name it', async () => {
      const runs = await fresh();
      const pinned = { ...blockAt(10), eraId: 3, proposer: '00' };
      await runs.begin(runOf({ block: pinned }), undefined);
      expect((await runs.get('run-1'))?.block).toStrictEqual(blockAt(10));
    });

    test('of which one of many begins, and another one only over the latest', async () => {
      const runs = await fresh();
      const many = Array.from({ length: 8 }, (_, n) => runOf({ id: `run-${n}` }));
      const begun = await Promise.all(many.map((run) => runs.begin(run, undefined)));
      expect(begun.filter(Boolean)).toHaveLength(1);
      const first = many[begun.indexOf(true)] as Reconciliation;
      expect(await runs.latest()).toStrictEqual(first);
      expect(await Promise.all(many.map(({ id }) => runs.get(id)))).toEqual(
        many.map((run) => (run === first ? run : undefined)),
      );

      const next = runOf({ id: 'next', startedAt: at(1) });
      expect(await runs.begin(next, undefined)).toBe(false);
      expect(await runs.begin(next, { id: 'other', attempt: 1 })).toBe(false);
      expect(await runs.begin(next, { id: first.id, attempt: 2 })).toBe(false);
      expect(await runs.get('next')).toBeUndefined();
      expect(await runs.begin(next, first)).toBe(true);
      expect(await runs.latest()).toStrictEqual(next);
      expect(await runs.begin(runOf({ id: 'late' }), first)).toBe(false);
      expect(await runs.get(first.id)).toStrictEqual(first);
    });

    test('of which one that was left is taken up again, once', async () => {
      const runs = await fresh();
      const run = runOf();
      await runs.begin(run, undefined);
      const again = (n: number) => ({ ...run, attempt: 2, revision: 2, takenUpAt: at(20), callsAllowed: n });
      const takers = await Promise.all([1, 2, 3, 4].map((n) => runs.begin(again(n), run)));
      expect(takers.filter(Boolean)).toHaveLength(1);
      const taken = again(takers.indexOf(true) + 1);
      expect(await runs.latest()).toStrictEqual(taken);
      const stale = { ...taken, attempt: 3, revision: 2 };
      expect(await runs.begin(stale, taken)).toBe(false);
      expect(await runs.begin({ ...run, id: 'new', revision: 2 }, taken)).toBe(false);
      expect(await runs.begin({ ...taken, attempt: 3, revision: 1 }, taken)).toBe(false);
      expect(await runs.latest()).toStrictEqual(taken);
    });

    test('each change of which names the one before', async () => {
      const runs = await fresh();
      const run = runOf();
      expect(await runs.change(run)).toBe(false);
      expect(await runs.change({ ...run, revision: 2 })).toBe(false);
      await runs.begin(run, undefined);
      expect(await runs.change(run)).toBe(false);
      expect(await runs.change({ ...run, revision: 3 })).toBe(false);
      const rivals = [1, 2, 3, 4].map((n) => ({ ...run, revision: 2, reason: `reason ${n}` }));
      const changed = await Promise.all(rivals.map((rival) => runs.change(rival)));
      expect(changed.filter(Boolean)).toHaveLength(1);
      expect(await runs.get(run.id)).toStrictEqual(rivals[changed.indexOf(true)]);
      expect(await runs.latest()).toStrictEqual(rivals[changed.indexOf(true)]);
      const undone = { ...run, revision: 3 };
      expect(await runs.change(undone)).toBe(true);
      expect(await runs.get(run.id)).toStrictEqual(undone);
    });
  });

  describe('lists runs', () => {
    const some = async () => {
      const runs = await fresh();
      let latest: Reconciliation | undefined;
      for (const minute of [3, 1, 5, 2, 4]) {
        const run = runOf({ id: `run-${minute}`, startedAt: at(minute) });
        await runs.begin(run, latest);
        await runs.saveShard(run.id, shardProgressOf());
        latest = run;
      }
      return runs;
    };

    test('newest first, page by page', async () => {
      const runs = await some();
      const listed = async (limit: number, after?: string) => {
        const { runs: found, more } = await runs.list({ after, limit });
        return [found.map(({ id }) => id), more];
      };
      expect(await listed(2)).toEqual([['run-5', 'run-4'], true]);
      expect(await listed(2, 'run-4')).toEqual([['run-3', 'run-2'], true]);
      expect(await listed(2, 'run-2')).toEqual([['run-1'], false]);
      expect(await listed(2, 'run-1')).toEqual([[], false]);
      expect(await listed(5)).toEqual([['run-5', 'run-4', 'run-3', 'run-2', 'run-1'], false]);
      expect(await listed(2, 'never')).toEqual([[], false]);
      expect(await (await fresh()).list({ limit: 9 })).toEqual({ runs: [], more: false });
    });

    test('as they are by now', async () => {
      const runs = await some();
      const changed = runOf({ id: 'run-4', startedAt: at(4), status: 'finished', finishedAt: at(9), revision: 2 });
      await runs.change(changed);
      expect((await runs.list({ limit: 9 })).runs[1]).toStrictEqual(changed);
    });

    test('begun at one moment, none lost and none twice', async () => {
      const runs = await fresh();
      let latest: Reconciliation | undefined;
      for (let n = 0; n < 7; n++) {
        const run = runOf({ id: `run-${n}` });
        await runs.begin(run, latest);
        latest = run;
      }
      const found: string[] = [];
      for (let more = true; more; ) {
        const next = await runs.list({ after: found.at(-1), limit: 3 });
        found.push(...next.runs.map(({ id }) => id));
        more = next.more;
      }
      expect(found.toSorted()).toEqual(Array.from({ length: 7 }, (_, n) => `run-${n}`));
    });
  });

  describe('keeps how far each shard of a run has come', () => {
    test('exactly, of each run by itself', async () => {
      const runs = await fresh();
      const first = shardProgressOf({ shard: 0 });
      const last = shardProgressOf({
        shard: 15,
        phase: 'overdue',
        after: { checkedAt: at(1), key: 'asset#é' },
        page,
        tally,
      });
      const ninth = shardProgressOf({ shard: 9, phase: 'rest', done: true, updatedAt: at(2) });
      await runs.begin(runOf(), undefined);
      for (const shard of [last, first, ninth]) expect(await runs.saveShard('run-1', shard)).toBe(true);
      await runs.saveShard('run-2', shardProgressOf({ shard: 1 }));
      expect(await runs.shards('run-1')).toStrictEqual([first, ninth, last]);
      expect(await runs.shards('run-2')).toStrictEqual([shardProgressOf({ shard: 1 })]);
      expect(await runs.shards('run')).toEqual([]);
      expect(await runs.shards('latest')).toEqual([]);
      expect(await runs.get('run-1')).toStrictEqual(runOf());
      expect(await runs.get('run-2')).toBeUndefined();
    });

    test('each change of which names the one before', async () => {
      const runs = await fresh();
      const first = shardProgressOf({ page, after: { checkedAt: at(1), key: 'k' } });
      expect(await runs.saveShard('run-1', { ...first, revision: 2 })).toBe(false);
      const begun = await Promise.all(
        ['never', 'overdue', 'rest'].map((phase) =>
          runs.saveShard('run-1', { ...first, phase: phase as ShardProgress['phase'] }),
        ),
      );
      expect(begun.filter(Boolean)).toHaveLength(1);
      expect(await runs.saveShard('run-1', { ...first, revision: 3 })).toBe(false);
      const next = { ...first, revision: 2, after: null, page: null, done: true };
      expect(await runs.saveShard('run-1', next)).toBe(true);
      expect(await runs.saveShard('run-1', next)).toBe(false);
      expect(await runs.saveShard('run-1', first)).toBe(false);
      expect(await runs.shards('run-1')).toStrictEqual([next]);
    });

    test('also where all of them together are too large for one page of the engine', async () => {
      const runs = await fresh();
      const all = Array.from({ length: 16 }, (_, shard) =>
        shardProgressOf({
          shard,
          tally: { ...tally, calls: shard, samples: Array.from({ length: 1_000 }, () => sample) },
        }),
      );
      for (const shard of all) await runs.saveShard('run-1', shard);
      expect(await runs.shards('run-1')).toStrictEqual(all);
    });
  });
});
