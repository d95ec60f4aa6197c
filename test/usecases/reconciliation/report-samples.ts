import { blockRef } from '../../../lib/domain/block.ts';
import type { Coverage } from '../../../lib/domain/coverage.ts';
import type { Reconciliation, Sample, Tally } from '../../../lib/domain/reconciliation.ts';
import { shardCount } from '../../../lib/domain/shard.ts';
import { type CountedRecord, emptyTally, tallied } from '../../../lib/domain/tally.ts';
import { reportById } from '../../../lib/usecases/reconciliation/read-report.ts';
import type { ReconciliationReport } from '../../../lib/usecases/reconciliation/report.ts';
import { blockAt, runOf, shardProgressOf } from '../../store/samples.ts';
import { clockOf } from '../../support/clock.ts';
import { createMemoryStore, type OnCall } from '../../support/memory-store.ts';

export const startedAt = '2026-01-01T00:00:00.000Z';
export const finishedAt = '2026-01-01T00:10:00.000Z';

export const coverageOf = (records: number, verified: number, oldest: string | null = startedAt): Coverage => ({
  records,
  verified,
  oldest,
  at: finishedAt,
});

/** A finished run of the whole store, with full coverage. */
export const finishedRun = (parts: Partial<Reconciliation> = {}): Reconciliation =>
  runOf({
    status: 'finished',
    startedAt,
    finishedAt,
    block: blockRef(blockAt(60)),
    coverage: coverageOf(10, 10),
    ...parts,
  });

/** An examined record; by default one that matches. */
export const counted = ({
  sample,
  ...parts
}: Partial<Omit<CountedRecord, 'sample'>> & { sample?: Partial<Sample> } = {}) => {
  const finding = parts.finding ?? 'match';
  const kind = parts.kind ?? 'asset';
  const outcome = parts.outcome ?? null;
  const chain = finding === 'match' ? 'passed' : finding === 'unverifiable' ? 'untold' : 'failed';
  const found: Sample = {
    ref: { kind, id: 'a' },
    finding,
    problems: [{ check: 'chain', problem: 'the chain has another value', outcome: outcome ?? 'fixed' }],
    outcome,
    height: 50,
    through: 60,
    conflict: null,
    ...sample,
  };
  const checks = parts.checks ?? (finding === 'skipped' ? {} : { chain });
  const isShown = sample !== undefined || !['match', 'skipped'].includes(finding);
  return { kind, finding, checks, outcome, sample: isShown ? found : undefined } satisfies CountedRecord;
};

export const times = (count: number, one = counted()): CountedRecord[] => Array.from({ length: count }, () => one);

/** A store with a run whose first shard has this tally, and of whose shards `done` are done. */
export function storeWith(tally: Tally, run: Reconciliation, done = shardCount, onCall: OnCall = () => {}) {
  const store = createMemoryStore({ onCall });
  const shards = Array.from({ length: shardCount }, (_, shard) =>
    shardProgressOf({ shard, done: shard < done, tally: shard === 0 ? tally : emptyTally }),
  );
  store.tables.reconciliations.set(run.id, run);
  store.tables.shards.set(run.id, new Map(shards.map((progress) => [progress.shard, progress])));
  return { ...store, clock: clockOf(() => Date.parse(finishedAt)) };
}

export const reportedOn = (tally: Tally, run = finishedRun(), done = shardCount): Promise<ReconciliationReport> =>
  reportById(run.id, storeWith(tally, run, done));

/** The report of a run that examined these records. */
export const reported = (records: readonly CountedRecord[], run?: Reconciliation, done?: number) =>
  reportedOn(tallied(records), run, done);
