import type { BrokenLink } from '../../domain/audit-chain.ts';
import { type EntityRef, refKey } from '../../domain/entity.ts';
import type { AuditEntry } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { hasSubject, subjectsOf } from './audited-subjects.ts';
import { inOrderOfTime } from './entry-order.ts';
import { brokenInParts } from './trail-parts.ts';
import type { AuditSpan } from './verify-audit.ts';

export interface AuditReport<Row> {
  readonly rows: readonly Row[];
  /** ISO 8601: where the next part of the span begins; null: this is the last part. */
  readonly next: string | null;
  readonly summary: AuditSummary;
  /** The first `longestBrokenList` links that do not hold; the trail whose entries come first is first. */
  readonly broken: readonly BrokenLink[];
  /** What the report has of each trail, and which entry the trail's record names: rule AUDIT-1. */
  readonly trails: readonly TrailExtent[];
}

export interface TrailExtent extends EntityRef {
  /** How many entries of the trail the report has. */
  readonly entries: number;
  readonly first: Link;
  readonly last: Link;
  /** The newest entry, as its record names it when the report is made; null: the trail has no record, or the record is gone. */
  readonly head: Link | null;
}

interface Link {
  readonly sequence: number;
  readonly digest: string;
}

/** Figures of the rows of one report. */
export interface AuditSummary {
  readonly entries: number;
  readonly byCause: Readonly<Record<string, number>>;
  readonly byKind: Readonly<Record<string, number>>;
  readonly byActor: Readonly<Record<string, number>>;
  readonly trails: number;
  /**
   * Every entry matches its digest, follows the entry before it and is followed by the entry after it, and every trail that has a
   * record ends with the entry that its record names.
   */
  readonly chainsWhole: boolean;
  readonly brokenTrails: number;
  readonly firstBroken: BrokenLink | null;
}

export interface AuditReportRequest<Row> extends AuditSpan {
  readonly maxBytes: number;
  /** `problem`: what is wrong with the entry, or next to it in its trail. */
  render(entry: AuditEntry, problem: string | null): Row;
  /** The size of a row in bytes, as it will be sent; the problem is at most `longestRowProblem` characters more. */
  sizeOf(row: Row): number;
}

export const longestRowProblem = 240;
const longestBrokenList = 100;

type ReportService = Pick<Service, 'audit' | 'records' | 'localData' | 'keys' | 'webhooks' | 'definitions'>;

/**
 * All entries of a span, oldest first, up to `maxBytes`. A report ends only between two timestamps, so that the next one
 * continues without a gap and without a repeated entry.
 */
export async function createAuditReport<Row>(
  { from, until, maxBytes, render, sizeOf }: AuditReportRequest<Row>,
  service: ReportService,
): Promise<AuditReport<Row>> {
  const entries: AuditEntry[] = [];
  const report = async (next: string | null, size = entries.length) => {
    // Rule AUDIT-1: the engine gives entries of one moment in any order.
    const reported = entries.slice(0, size).sort(inOrderOfTime);
    const broken = await brokenTrailsOf(reported, service);
    const problems = problemsByRow(reported, broken);
    return {
      rows: reported.map((entry) => render(entry, problems.get(entry) ?? null)),
      next,
      summary: summaryOf(reported, broken),
      broken: broken.flat().slice(0, longestBrokenList),
      trails: await extentsOf(reported, service),
    };
  };
  let bytes = 0;
  for await (const page of service.audit.between(from, until)) {
    for (const entry of page) {
      bytes += sizeOf(render(entry, null));
      if (bytes > maxBytes) {
        const sameMoment = entries.findIndex(({ timestamp }) => timestamp === entry.timestamp);
        const whole = sameMoment === -1 ? entries.length : sameMoment;
        if (whole > 0) return report(entry.timestamp, whole);
      }
      entries.push(entry);
    }
  }
  return report(null);
}

/** The problems of each broken trail; the trail whose entries come first is first. */
async function brokenTrailsOf(
  entries: readonly AuditEntry[],
  { definitions, ...service }: ReportService,
): Promise<(readonly BrokenLink[])[]> {
  const parts = [...Map.groupBy(entries, ({ ref }) => refKey(ref)).values()].flatMap((trail) => {
    const [first] = trail;
    if (first === undefined) return [];
    return [{ ref: first.ref, entries: trail, heldAgainstRecord: hasSubject(first.ref.kind, definitions) }];
  });
  return (await brokenInParts(parts, service)).filter((problems) => problems.length > 0);
}

async function extentsOf(entries: readonly AuditEntry[], service: ReportService): Promise<readonly TrailExtent[]> {
  const trails = [...Map.groupBy(entries, ({ ref }) => refKey(ref)).values()].map((trail) =>
    trail.toSorted((a, b) => a.sequence - b.sequence),
  );
  const refs = trails.flatMap(([first]) => (first === undefined ? [] : [first.ref]));
  const heads = await headsOf(
    refs.filter(({ kind }) => hasSubject(kind, service.definitions)),
    service,
  );
  return trails.flatMap((trail) => {
    const [first, last] = [trail[0], trail.at(-1)];
    if (first === undefined || last === undefined) return [];
    const head = heads.get(refKey(first.ref)) ?? null;
    return [{ ...first.ref, entries: trail.length, first: linkOf(first), last: linkOf(last), head }];
  });
}

/** Of so many records at once: their values are not kept. */
const recordsAtOnce = 100;

async function headsOf(refs: readonly EntityRef[], service: ReportService): Promise<ReadonlyMap<string, Link>> {
  const heads = new Map<string, Link>();
  for (let at = 0; at < refs.length; at += recordsAtOnce) {
    const subjects = await subjectsOf(refs.slice(at, at + recordsAtOnce), service);
    for (const [key, subject] of subjects)
      if (subject !== undefined) heads.set(key, { sequence: subject.sequence, digest: subject.auditHead });
  }
  return heads;
}

const linkOf = ({ sequence, digest }: AuditEntry): Link => ({ sequence, digest });

/** A problem of an entry that is not in the report is shown at the nearest entry of its trail. */
function problemsByRow(
  entries: readonly AuditEntry[],
  broken: readonly (readonly BrokenLink[])[],
): ReadonlyMap<AuditEntry, string> {
  if (broken.length === 0) return new Map();
  const trails = Map.groupBy(entries, ({ ref }) => refKey(ref));
  const rows = new Map<AuditEntry, string>();
  for (const link of broken.flat()) {
    const trail = (trails.get(refKey(link.ref)) ?? []).toSorted((a, b) => a.sequence - b.sequence);
    const row = trail.findLast(({ sequence }) => sequence <= link.sequence) ?? trail[0];
    if (row === undefined) continue;
    const problem = row.sequence === link.sequence ? link.problem : `entry ${link.sequence}: ${link.problem}`;
    const before = rows.get(row);
    rows.set(row, (before === undefined ? problem : `${before}; ${problem}`).slice(0, longestRowProblem));
  }
  return rows;
}

function summaryOf(entries: readonly AuditEntry[], broken: readonly (readonly BrokenLink[])[]): AuditSummary {
  return {
    entries: entries.length,
    byCause: countsOf(entries.map(({ cause }) => cause)),
    byKind: countsOf(entries.map(({ ref }) => ref.kind)),
    byActor: countsOf(entries.map(({ actor }) => actor)),
    trails: new Set(entries.map(({ ref }) => refKey(ref))).size,
    chainsWhole: broken.length === 0,
    brokenTrails: broken.length,
    firstBroken: broken[0]?.[0] ?? null,
  };
}

const countsOf = (names: readonly string[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]));
