import { coverageFigures } from '../../domain/coverage.ts';
import { refKey } from '../../domain/entity.ts';
import { type HealthReason, healthReason } from '../../domain/health.ts';
import type { Reconciliation, Tally } from '../../domain/reconciliation.ts';
import type { Service } from '../../domain/service.ts';
import { shardCount } from '../../domain/shard.ts';
import { addTallies, emptyTally } from '../../domain/tally.ts';

/** The schedule starts a run every hour. */
const overdueMs = 2 * 3_600_000;
const lookedAt = 50;
const named = 5;
/** New records, which no run has seen yet, move the share by less. */
const fallenBy = 0.05;

type RunService = Pick<Service, 'reconciliations' | 'records' | 'clock'>;

export interface LastRun {
  /** The last run over all records that finished; undefined: none has. */
  readonly run: Reconciliation | undefined;
  readonly tally: Tally;
  /** Runs over all records that have finished, newest first, with their coverage. */
  readonly shares: readonly { readonly run: string; readonly finishedAt: string | null; readonly share: number }[];
}

/** The last whole run that finished and was no dry run. */
export async function readLastRun({ reconciliations }: RunService): Promise<LastRun> {
  const { runs } = await reconciliations.list({ limit: lookedAt });
  const whole = runs.filter(({ status, scope, dryRun }) => status === 'finished' && scope.of === 'all' && !dryRun);
  const [run] = whole;
  const shares = whole.flatMap(({ id, finishedAt, coverage }) => {
    const { share } = coverage === null ? { share: null } : coverageFigures(coverage);
    return share === null ? [] : [{ run: id, finishedAt, share }];
  });
  const shards = run === undefined ? [] : await reconciliations.shards(run.id);
  return { run, tally: shards.map((shard) => shard.tally).reduce(addTallies, emptyTally), shares };
}

export async function reconciliationReasons(last: LastRun, service: RunService): Promise<HealthReason[]> {
  const { run, tally, shares } = last;
  return [...(await overdue(run, service)), ...(run === undefined ? [] : leftBy(run, tally)), ...fallen(shares)];
}

/** Coverage is what runs can compare within a day: it falls where they cannot keep up, or where no node can tell. */
function fallen(shares: LastRun['shares']): HealthReason[] {
  const best = Math.max(...shares.map(({ share }) => share));
  const from = shares.findIndex(({ share }) => best - share < fallenBy);
  const low = from < 0 ? shares : shares.slice(0, from);
  const [last, first] = [low[0], low.at(-1)];
  if (last === undefined || first === undefined) return [];
  return [
    healthReason({
      status: 'degraded',
      code: 'coverage_falls',
      detail: `The last reconciliation left ${percent(last.share)} of the records compared within a day; it was ${percent(best)} before.`,
      since: first.finishedAt,
      action: `Read the report: GET /v1/reconciliations/${last.run}. Where records are \`skipped\`, raise ASTAKE_RECONCILE_CALLS; where they are \`unverifiable\`, see the component \`nodes\`.`,
    }),
  ];
}

const percent = (share: number): string => `${Math.floor(share * 100)} %`;

/** Without any run, the time is counted from the record that has waited longest. */
async function overdue(run: Reconciliation | undefined, service: RunService): Promise<HealthReason[]> {
  const last = run?.finishedAt ?? (await longestWait(service));
  if (last === undefined || service.clock.now() - Date.parse(last) <= overdueMs) return [];
  return [
    healthReason({
      status: 'degraded',
      code: 'reconciliation_overdue',
      detail:
        run === undefined
          ? 'No reconciliation of all records has finished yet.'
          : `The last reconciliation of all records (${run.id}) finished at ${last}, more than two hours ago.`,
      since: new Date(Date.parse(last) + overdueMs).toISOString(),
      action: 'Look at the latest runs with GET /v1/reconciliations, and start one with POST /v1/reconciliations.',
    }),
  ];
}

async function longestWait({ records }: RunService): Promise<string | undefined> {
  const shards = Array.from({ length: shardCount }, (_, shard) => shard);
  const first = await Promise.all(shards.map((shard) => records.byChecked(shard, { limit: 1 })));
  return first.flatMap(({ places: [place] }) => place?.checkedAt ?? []).sort()[0];
}

function leftBy({ id, finishedAt: since }: Reconciliation, { counts, samples }: Tally): HealthReason[] {
  const common = { status: 'degraded', since, action: `Read the report: GET /v1/reconciliations/${id}.` } as const;
  const reasons: HealthReason[] = [];
  if (counts.missed > 0) {
    const ref = samples.find(({ finding }) => finding === 'missed')?.ref ?? null;
    const detail = `The last reconciliation found ${counts.missed} records that were claimed to be current and were not: a defect of the service.`;
    reasons.push(healthReason({ ...common, code: 'changes_missed', detail, ref }));
  }
  if (counts.unfixed > 0) {
    const ref = samples.find(({ outcome }) => outcome === 'unfixed')?.ref ?? null;
    const detail = `The last reconciliation left ${counts.unfixed} records with a problem that it could not put right.`;
    reasons.push(healthReason({ ...common, code: 'problems_left', detail, ref }));
  }
  return reasons;
}

/** Rule AUDIT-4. A broken trail stays broken, and a person has to look. */
export function auditReasons({ run, tally: { byCheck, samples } }: LastRun): HealthReason[] {
  if (run === undefined) return [];
  const known = run.trails?.broken ?? [];
  const others = samples.flatMap(({ ref, problems }) => {
    const problem = problems.find(({ check }) => check === 'trail')?.problem;
    return problem === undefined || known.some((one) => refKey(one.ref) === refKey(ref)) ? [] : [{ ref, problem }];
  });
  const of = [
    ...known.map(({ ref, sequence, problem, since }) => ({
      ref,
      since,
      problem: `Entry ${sequence} of ${ref.kind} ${ref.id}: ${problem}.`,
    })),
    ...others.map((one) => ({ ...one, since: run.finishedAt })),
  ];
  const broken = Math.max(byCheck.trail?.failed ?? 0, of.length);
  if (broken === 0) return [];
  const common = {
    status: 'degraded',
    code: 'trail_broken',
    action:
      'Run `npm run audit:verify`, and find out who can write to the tables: GET /v1/audit, and the record’s history.',
  } as const;
  const sentence = broken === 1 ? 'An audit trail is broken.' : `${broken} audit trails are broken.`;
  if (of.length === 0) return [healthReason({ ...common, detail: sentence, since: run.finishedAt })];
  return of
    .slice(0, named)
    .map(({ ref, problem, since }) => healthReason({ ...common, detail: `${sentence} ${problem}`, ref, since }));
}
