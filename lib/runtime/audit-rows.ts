import type { AuditEntry } from '../domain/record.ts';
import { csvLine } from './csv.ts';

/** One audit entry as the report has it: the same columns in both formats. */
export function rowOf({ ref, before, after, block, ...entry }: AuditEntry) {
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
] as const satisfies readonly (keyof Row)[];

export const csvHeader = csvLine(columns);

export function csvRow(entry: AuditEntry): string {
  const row = rowOf(entry);
  return csvLine(columns.map((column) => cellOf(row[column])));
}

/** Names of fields by spaces; what they were and are, as JSON. */
function cellOf(value: Row[(typeof columns)[number]]): string | number | null {
  if (Array.isArray(value)) return value.join(' ');
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : (value as string | number | null);
}

/** Bytes of a row in the body, which is itself a string in a Lambda's answer. */
export const sizeOf = (row: Row | string): number =>
  Buffer.byteLength(JSON.stringify(typeof row === 'string' ? row : JSON.stringify(row)));
