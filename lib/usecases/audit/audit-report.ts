import { type BrokenLink, brokenLink, editedEntry } from '../../domain/audit-chain.ts';
import { refKey } from '../../domain/entity.ts';
import type { AuditEntry } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
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
  /** Every entry matches its digest and names the entry before it, as far as the report contains that one. */
  readonly chainsWhole: boolean;
  readonly firstBroken: BrokenLink | null;
}

export interface AuditReportRequest<Row> extends AuditSpan {
  readonly maxBytes: number;
  render(entry: AuditEntry): Row;
  /** The size of a row in bytes, as it will be sent. */
  sizeOf(row: Row): number;
}

/**
 * All entries of a span, oldest first, up to `maxBytes`. A report ends only between two timestamps, so that the next one
 * continues without a gap and without a repeated entry.
 */
export async function createAuditReport<Row>(
  { from, until, maxBytes, render, sizeOf }: AuditReportRequest<Row>,
  { audit }: Pick<Service, 'audit'>,
): Promise<AuditReport<Row>> {
  const rows: Row[] = [];
  const entries: AuditEntry[] = [];
  const report = async (next: string | null, size = entries.length) => ({
    rows: rows.slice(0, size),
    next,
    summary: await summaryOf(entries.slice(0, size), audit),
  });
  let bytes = 0;
  for await (const page of audit.between(from, until)) {
    for (const entry of page) {
      const row = render(entry);
      bytes += sizeOf(row);
      if (bytes > maxBytes) {
        const sameMoment = entries.findIndex(({ timestamp }) => timestamp === entry.timestamp);
        const whole = sameMoment === -1 ? entries.length : sameMoment;
        if (whole > 0) return report(entry.timestamp, whole);
      }
      rows.push(row);
      entries.push(entry);
    }
  }
  return report(null);
}

async function summaryOf(entries: readonly AuditEntry[], audit: Service['audit']): Promise<AuditSummary> {
  const trails = Map.groupBy(entries, ({ ref }) => refKey(ref));
  const firstBroken = await firstBrokenOf(trails.values(), audit);
  return {
    entries: entries.length,
    byCause: countsOf(entries.map(({ cause }) => cause)),
    byKind: countsOf(entries.map(({ ref }) => ref.kind)),
    trails: trails.size,
    chainsWhole: firstBroken === undefined,
    firstBroken: firstBroken ?? null,
  };
}

async function firstBrokenOf(
  trails: Iterable<readonly AuditEntry[]>,
  audit: Service['audit'],
): Promise<BrokenLink | undefined> {
  for (const trail of trails) {
    const inOrder = [...trail].sort((a, b) => a.sequence - b.sequence);
    for (const [at, entry] of inOrder.entries()) {
      const broken = await brokenIn(entry, inOrder[at - 1], audit);
      if (broken !== undefined) return broken;
    }
  }
  return undefined;
}

/**
 * Checks links within the report; an entry before the report is not looked up. Where an entry is missing in between, it
 * is read by its sequence: a clock that was off may have dated it outside the span.
 */
async function brokenIn(
  entry: AuditEntry,
  before: AuditEntry | undefined,
  audit: Service['audit'],
): Promise<BrokenLink | undefined> {
  if (before === undefined && entry.sequence > 1) return editedEntry(entry);
  if (before === undefined || before.sequence === entry.sequence - 1) return brokenLink(entry, before);
  const [previous] = await audit.history(entry.ref, { before: entry.sequence, limit: 1 });
  return brokenLink(entry, previous);
}

const countsOf = (names: readonly string[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]));
