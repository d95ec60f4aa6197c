import type { BrokenLink } from '../../domain/audit-chain.ts';
import { refKey } from '../../domain/entity.ts';
import type { AuditEntry } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { hasSubject } from './audited-subjects.ts';
import { brokenInParts } from './trail-parts.ts';
import type { AuditSpan } from './verify-audit.ts';

export interface AuditReport<Row> {
  readonly rows: readonly Row[];
  /** ISO 8601: where the next part of the span begins; null: this is the last part. */
  readonly next: string | null;
  readonly summary: AuditSummary;
}

/** Figures of the rows of one report. */
export interface AuditSummary {
  readonly entries: number;
  readonly byCause: Readonly<Record<string, number>>;
  readonly byKind: Readonly<Record<string, number>>;
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
    const reported = entries.slice(0, size);
    const broken = await brokenTrailsOf(reported, service);
    const problems = problemsByRow(reported, broken);
    return {
      rows: reported.map((entry) => render(entry, problems.get(entry) ?? null)),
      next,
      summary: summaryOf(reported, broken),
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
    trails: new Set(entries.map(({ ref }) => refKey(ref))).size,
    chainsWhole: broken.length === 0,
    brokenTrails: broken.length,
    firstBroken: broken[0]?.[0] ?? null,
  };
}

const countsOf = (names: readonly string[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]));
