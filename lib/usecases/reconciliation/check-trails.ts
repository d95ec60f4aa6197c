import type { BrokenLink } from '../../domain/audit-chain.ts';
import { dayMs } from '../../domain/days.ts';
import { type EntityRef, refKey } from '../../domain/entity.ts';
import type { BrokenTrail, CheckedTrails, EntryPlace, Reconciliation, Tally } from '../../domain/reconciliation.ts';
import type { AuditEntry } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { hasSubject, type SubjectService } from '../audit/audited-subjects.ts';
import { entriesInOrder } from '../audit/entry-order.ts';
import { brokenInParts } from '../audit/trail-parts.ts';
import { basisKind } from '../process/snapshots.ts';

export interface TrailBudget {
  /** After these, or this time, the next run goes on: so many entries are read in a run, however many there are. */
  readonly entries: number;
  readonly milliseconds: number;
}

export type TrailService = Pick<Service, 'audit' | 'reconciliations' | 'definitions' | 'clock'> & SubjectService;

const ofRun: TrailBudget = { entries: 10_000, milliseconds: 60_000 };
const pageSize = 100;
const mostKept = 25;
const runsSearched = 50;
/** A history that is searched for its beginning goes on behind a gap of so many days without an entry. */
const longestGapDays = 14;

/**
 * Rule AUDIT-4: goes on through the entries of all trails, oldest first, from where the run before has ended, and begins again after
 * the newest one. What was found broken is looked at again in each run, and kept while it is so.
 */
export async function checkTrails(
  run: Pick<Reconciliation, 'id' | 'scope' | 'dryRun'>,
  tally: Pick<Tally, 'samples'>,
  service: TrailService,
  budget: TrailBudget = ofRun,
): Promise<CheckedTrails | undefined> {
  if (run.scope.of !== 'all' || run.dryRun) return undefined;
  const before = await lastChecked(run.id, service);
  const oldest = before?.oldest ?? (await oldestDay(service));
  const walked = await walk(oldest, before?.after ?? null, service, budget);
  const seen = tally.samples.flatMap(({ ref, problems }) =>
    problems.some(({ check }) => check === 'trail') ? [ref] : [],
  );
  const since = new Date(service.clock.now()).toISOString();
  const broken = [
    ...(await stillBroken(before?.broken ?? [], service)),
    ...walked.broken.map((link) => ({ ...link, since })),
    ...(await atTheEnd(seen, service)).map((link) => ({ ...link, since })),
  ];
  return { broken: firstOfEach(broken).slice(0, mostKept), oldest, after: walked.after };
}

async function lastChecked(id: string, { reconciliations }: TrailService): Promise<CheckedTrails | undefined> {
  const { runs } = await reconciliations.list({ limit: runsSearched });
  return runs.find((one) => one.id !== id && one.trails !== undefined)?.trails;
}

/** Searched once, by the first run; entries are only added at the other end. */
async function oldestDay({ audit, clock }: TrailService): Promise<string> {
  const today = Math.floor(clock.now() / dayMs) * dayMs;
  let oldest = today;
  for (let day = today; oldest - day <= longestGapDays * dayMs; day -= dayMs) {
    for await (const page of audit.between(new Date(day).toISOString(), new Date(day + dayMs).toISOString())) {
      if (page.length === 0) continue;
      oldest = day;
      break;
    }
  }
  return new Date(oldest).toISOString();
}

interface Walked {
  readonly broken: readonly BrokenLink[];
  readonly after: EntryPlace | null;
}

async function walk(
  from: string,
  after: EntryPlace | null,
  service: TrailService,
  budget: TrailBudget,
): Promise<Walked> {
  const began = performance.now();
  const broken: BrokenLink[] = [];
  let page: AuditEntry[] = [];
  let entries = 0;
  const until = new Date(service.clock.now()).toISOString();
  for await (const entry of entriesInOrder({ from, until, after }, service)) {
    page.push(entry);
    entries += 1;
    if (page.length < pageSize && entries < budget.entries) continue;
    broken.push(...(await brokenOf(page, service)));
    page = [];
    const { timestamp, ref, sequence } = entry;
    if (entries >= budget.entries || performance.now() - began > budget.milliseconds)
      return { broken, after: { timestamp, ref, sequence } };
  }
  broken.push(...(await brokenOf(page, service)));
  return { broken, after: null };
}

async function brokenOf(entries: readonly AuditEntry[], service: TrailService): Promise<BrokenLink[]> {
  const trails = Map.groupBy(entries, ({ ref }) => refKey(ref));
  // The sweep has held the records that it compares against their newest entries already.
  const parts = [...trails.values()].flatMap((own) => {
    const ref = own[0]?.ref;
    if (ref === undefined) return [];
    const part = partOf(ref, own, service);
    return [{ ...part, heldAgainstRecord: part.heldAgainstRecord && !isSwept(ref.kind, service) }];
  });
  return (await brokenInParts(parts, service)).flat();
}

const isSwept = (kind: string, { definitions }: TrailService): boolean => kind === basisKind || definitions.has(kind);

const partOf = (ref: EntityRef, entries: readonly AuditEntry[], { definitions }: TrailService) => ({
  ref,
  entries,
  heldAgainstRecord: hasSubject(ref.kind, definitions),
});

/** Each of them is read again with its neighbours: what was put back is whole. */
async function stillBroken(known: readonly BrokenTrail[], service: TrailService): Promise<BrokenTrail[]> {
  const asked = known.flatMap(({ ref, sequence }) =>
    [sequence - 1, sequence, sequence + 1].filter((one) => one >= 1).map((one) => ({ ref, sequence: one })),
  );
  const found = (await service.audit.entries(asked)).filter((entry) => entry !== undefined);
  const entries = Map.groupBy(found, ({ ref }) => refKey(ref));
  const broken = await brokenInParts(
    known.map(({ ref }) => partOf(ref, entries.get(refKey(ref)) ?? [], service)),
    service,
  );
  return known.flatMap(({ sequence, since }, at) => {
    const link = broken[at]?.find((one) => one.sequence === sequence) ?? broken[at]?.[0];
    return link === undefined ? [] : [{ ...link, since }];
  });
}

/** Of trails whose newest entries do not fit with their records: where. */
async function atTheEnd(refs: readonly EntityRef[], service: TrailService): Promise<BrokenLink[]> {
  const parts = await Promise.all(
    refs.map(async (ref) => partOf(ref, await service.audit.history(ref, { limit: 5 }), service)),
  );
  return (await brokenInParts(parts, service)).flat();
}

/** One link of each trail. */
const firstOfEach = (links: readonly BrokenTrail[]): BrokenTrail[] =>
  [...new Map(links.toReversed().map((link) => [refKey(link.ref), link])).values()].reverse();
