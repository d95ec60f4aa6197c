import { describe, expect, test } from '@jest/globals';
import { refKey } from '../../../lib/domain/entity.ts';
import type { Publisher } from '../../../lib/domain/ports/outbox.ts';
import type { Sample, Tally } from '../../../lib/domain/reconciliation.ts';
import { resolveOverdue } from '../../../lib/usecases/reconciliation/resolve-overdue.ts';
import { beginOrResume } from '../../../lib/usecases/reconciliation/runs.ts';
import { type Alter, changeable } from '../following/world.ts';
import { rowsOf } from './rows.ts';
import { reconcile } from './run.ts';
import { followedTables, plantedTables, worldOn } from './small-world.ts';

const tables = await plantedTables();
const dry = { dryRun: true };

/** The samples with a finding, by ref key. */
const samplesOf = ({ samples }: Tally, of: (sample: Sample) => object): object =>
  Object.fromEntries(
    samples.filter(({ finding }) => finding !== 'match').map((sample) => [refKey(sample.ref), of(sample)]),
  );

/**
 * Leaves out outcomes, and references: a real run looks an entity up once, and then the other records that refer to it pass.
 */
const found = ({ finding, problems, height, through }: Sample) => ({
  finding,
  problems: problems.filter(({ check }) => check !== 'references').map(({ check, problem }) => ({ check, problem })),
  height,
  through,
});

describe('A dry run', () => {
  test('changes no row, and reports the same as the real run after it', async () => {
    const world = await worldOn(tables);
    const before = rowsOf(world.tables);
    const { run, tally: dryTally } = await reconcile(world.process(), dry);
    expect(run).toMatchObject({ status: 'finished', dryRun: true });
    expect(rowsOf(world.tables)).toEqual(before);

    const { tally: realTally } = await reconcile(world.process());
    expect(rowsOf(world.tables)).not.toEqual(before);
    expect(realTally.counts).toMatchObject({ missed: 3, conflict: 10, fixed: 15, review: 1 });
    const { unfixed } = dryTally.counts;
    expect(dryTally.counts).toEqual({ ...realTally.counts, fixed: 0, review: 0, unfixed });
    expect(samplesOf(dryTally, found)).toEqual(samplesOf(realTally, found));
    const { references: dangling, ...checks } = dryTally.byCheck;
    const { references: lookedUp, ...others } = realTally.byCheck;
    expect(checks).toEqual(others);
    expect(dangling?.failed).toBeGreaterThan(lookedUp?.failed ?? 0);
  });

  test('reports would-fix for each record whose problems all have a remedy, and names no conflict', async () => {
    const { tally } = await reconcile((await worldOn(tables)).process(), dry);
    expect(tally.samples.map(({ conflict }) => conflict)).toEqual(tally.samples.map(() => null));
    for (const { finding, outcome, problems } of tally.samples) {
      const isTrail = problems.some(({ check }) => check === 'trail');
      expect([finding, outcome]).toEqual([finding, isTrail ? 'unfixed' : 'would-fix']);
    }
    expect(tally.samples.length).toBeGreaterThan(13);
  });

  test('moves no date of verification: coverage and requests stay as they are', async () => {
    const world = await worldOn(await followedTables());
    world.tables.progress = {
      ...world.tables.progress,
      reconcileFrom: { height: 60, reason: 'a new protocol version', at: '2026-01-01T00:00:00.000Z' },
    };
    const oldest = [...world.tables.records.values()].map(({ checkedAt }) => checkedAt).sort()[0];
    const { run, tally } = await reconcile(world.process(), dry);
    expect(tally.counts).toMatchObject({ match: world.tables.records.size });
    expect(run.coverage).toMatchObject({ records: world.tables.records.size, oldest });
    expect(world.tables.progress.reconcileFrom).not.toBeNull();
  });

  test('stores neither the head that it sees nor the validators that it comes to know', async () => {
    const world = await worldOn(tables);
    world.tables.directory = { validators: [], newest: null, oldest: null, next: null };
    const written: string[] = [];
    const service = world.process({
      onCall: (name) => {
        if (name === 'progress.seeHead' || name === 'progress.growDirectory') written.push(name);
      },
    });
    const { head } = world.tables.progress;
    world.pass(60_000);
    await reconcile(service, dry);
    expect(written).toEqual([]);
    expect(world.tables.progress.head).toEqual(head);
    expect(world.tables.directory.validators).toEqual([]);
    await reconcile(service);
    expect([...new Set(written)].sort()).toEqual(['progress.growDirectory', 'progress.seeHead']);
  });

  test('resolves no overdue conflict, and publishes nothing', async () => {
    const world = await worldOn(tables);
    const before = rowsOf(world.tables);
    const service = world.process();
    const begun = await beginOrResume({ scope: { of: 'all' }, dryRun: true, startedBy: 'operator' }, service);
    const publisher: Publisher = {
      publish: async () => {
        throw new Error('it was published');
      },
    };
    const id = 'run' in begun ? begun.run.id : '';
    expect(await resolveOverdue(id, { ...service, publisher })).toEqual({
      conflicts: 0,
      resolved: 0,
      failed: 0,
      events: 0,
    });
    expect(rowsOf(world.tables)).toEqual(before);
  });

  test('writes no audit entry about a node that contradicts the others', async () => {
    const nodes = [undefined, undefined, richer];
    const world = await worldOn(tables, 0, { nodes });
    const { tally: dryTally } = await reconcile(world.process(), dry);
    expect(dryTally.counts).toMatchObject({ missed: 3, conflict: 10 });
    const refusals = () => [...world.tables.audit.values()].flat().filter(({ cause }) => cause === 'refusal');
    expect(refusals()).toEqual([]);
    await reconcile(world.process());
    expect(refusals()).not.toEqual([]);
  });
});

/** Every balance of this node is one mote too high. */
const richer: Alter = (method, _params, forward) => {
  const answer = changeable(forward());
  const { result } = answer;
  if (method === 'query_balance_details' && result !== undefined)
    result.total_balance = String(BigInt(result.total_balance) + 1n);
  return answer;
};
