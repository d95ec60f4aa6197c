import type { AuditEntry } from '../domain/record.ts';
import { csvLine } from './csv.ts';

/** One audit entry as a row of the report: the same columns in JSON and CSV. `problem`: what is wrong with it, or next to it. */
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
    digest: entry.digest,
    previousDigest: entry.previousDigest,
    problem,
  };
}

type Row = ReturnType<typeof rowOf>;

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
  'digest',
  'previousDigest',
  'problem',
] as const satisfies readonly (keyof Row)[];

export const csvHeader = csvLine(columns);

export function csvRow(entry: AuditEntry, problem: string | null): string {
  const row = rowOf(entry, problem);
  return csvLine(columns.map((column) => cellOf(row[column])));
}

/** Field names are separated by spaces. `before` and `after` are JSON. */
function cellOf(value: Row[(typeof columns)[number]]): string | number | null {
  if (Array.isArray(value)) return value.join(' ');
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : (value as string | number | null);
}
