import { refKey } from '../domain/entity.ts';
import { escapedBytes } from '../domain/escaped-bytes.ts';
import type { AuditEntry } from '../domain/record.ts';
import type { AuditReport } from '../usecases/audit/audit-report.ts';
import type { StoredCoverage } from '../usecases/audit/stored-coverage.ts';
import type { AuditHeading } from './audit-heading.ts';
import { csvCells, csvLine } from './csv.ts';

/** What a page of a report goes through: its beginning, its end (which is the beginning of the next), and how many entries it has. */
export interface AuditPageSpan {
  readonly from: string;
  readonly until: string;
  readonly entries: number;
}

/**
 * One audit entry as a row of the report: the same columns in JSON and CSV. It has all that is under the digest, as it was digested
 * (rule AUDIT-1). `problem`: what is wrong with it, or next to it.
 */
export function rowOf({ ref, before, after, block, ...entry }: AuditEntry, problem: string | null) {
  return {
    timestamp: entry.timestamp,
    kind: ref.kind,
    id: ref.id,
    sequence: entry.sequence,
    cause: entry.cause,
    actor: entry.actor,
    fields: [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].sort(),
    before,
    after,
    blockHeight: block?.height ?? null,
    blockHash: block?.hash ?? null,
    blockTime: block?.timestamp ?? null,
    held: entry.held ?? null,
    proof: entry.proof ?? null,
    digest: entry.digest,
    previousDigest: entry.previousDigest,
    problem,
  };
}

export type AuditRow = ReturnType<typeof rowOf>;

const columns = [
  'timestamp',
  'kind',
  'id',
  'sequence',
  'cause',
  'actor',
  'fields',
  'before',
  'after',
  'blockHeight',
  'blockHash',
  'blockTime',
  'held',
  'proof',
  'digest',
  'previousDigest',
] as const satisfies readonly (keyof AuditRow)[];

/** Of the whole report, on each line: lines are sorted, cut and put together with others. `page` and `trail` are those of the JSON. */
const contextColumns = [
  'network',
  'environment',
  'version',
  'askedBy',
  'askedAt',
  'from',
  'until',
  'coverage',
  'coverageAt',
  'coverageRun',
  'page',
] as const;

const header = csvLine([...columns, ...contextColumns, 'trail', 'problem']);

/** A line before its page and its trail are known. */
export interface CsvRow {
  readonly trail: string;
  readonly cells: string;
  readonly problem: string | null;
}

export const csvRow = (entry: AuditEntry, problem: string | null): CsvRow => {
  const row = rowOf(entry, null);
  return { trail: refKey(entry.ref), cells: csvCells(columns.map((column) => cellOf(row[column]))), problem };
};

/** What page and trail add to a line, in bytes. */
const contextBytes = 1_200;

export const csvRowBytes = ({ trail, cells }: CsvRow): number =>
  escapedBytes(cells) + 2 * escapedBytes(trail) + contextBytes;

export interface CsvPage {
  readonly heading: AuditHeading;
  readonly report: AuditReport<CsvRow>;
  readonly span: AuditPageSpan;
  readonly coverage: StoredCoverage | null;
}

/** A page of the report as a table: the lines of broken trails first. Without entries it has one line, of the report alone. */
export function csvPage({ heading, report: { rows, trails }, span, coverage }: CsvPage): string {
  const { network, environment, version } = heading.service;
  const { askedBy, askedAt, from, until } = heading;
  const all: Readonly<Record<(typeof contextColumns)[number], string | number | null>> = {
    ...{ network, environment, version, askedBy, askedAt, from, until },
    coverage: coverage?.share ?? null,
    coverageAt: coverage?.at ?? null,
    coverageRun: coverage?.run ?? null,
    page: JSON.stringify(span),
  };
  const context = csvCells(contextColumns.map((name) => all[name]));
  const known = new Map(trails.map((trail) => [refKey(trail), JSON.stringify(trail).replaceAll(';', '\\u003b')]));
  const broken = new Set(rows.filter(({ problem }) => problem !== null).map(({ trail }) => trail));
  const lines = rows
    .toSorted((a, b) => Number(broken.has(b.trail)) - Number(broken.has(a.trail)))
    .map(({ trail, cells, problem }) => `${cells},${context},${csvLine([known.get(trail) ?? null, problem])}`);
  const empty = `${csvCells(columns.map(() => null))},${context},${csvLine([null, null])}`;
  return header + (lines.length > 0 ? lines.join('') : empty);
}

/** Field names are separated by spaces. `before`, `after`, `held` and `proof` are JSON. */
function cellOf(value: AuditRow[(typeof columns)[number]]): string | number | null {
  if (Array.isArray(value)) return value.join(' ');
  // In JSON a semicolon can be written so that no spreadsheet takes it for a separator.
  if (typeof value === 'object' && value !== null) return JSON.stringify(value).replaceAll(';', '\\u003b');
  return value as string | number | null;
}
