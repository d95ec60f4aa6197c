import type { AuditEntry } from '../domain/record.ts';
import { csvLine } from './csv.ts';

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
  'digest',
  'previousDigest',
] as const satisfies readonly (keyof AuditRow)[];

/** Of the whole report, on each line: lines are sorted, cut and put together with others. */
export type AuditContext = Readonly<Record<(typeof contextColumns)[number], string>>;

const contextColumns = ['network', 'environment', 'version', 'askedBy', 'askedAt'] as const;

export const csvHeader = csvLine([...columns, ...contextColumns, 'problem']);

export function csvRow(entry: AuditEntry, problem: string | null, context: AuditContext): string {
  const row = rowOf(entry, null);
  const cells = columns.map((column) => cellOf(row[column]));
  return csvLine([...cells, ...contextColumns.map((name) => context[name]), problem]);
}

/** Field names are separated by spaces. `before`, `after` and `held` are JSON. */
function cellOf(value: AuditRow[(typeof columns)[number]]): string | number | null {
  if (Array.isArray(value)) return value.join(' ');
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : (value as string | number | null);
}
