import { parseRefKey, refKey } from '../domain/entity.ts';
import type { AuditEntry, Cause } from '../domain/record.ts';
import { onCondition, type Put } from './dynamodb/transaction.ts';
import { tableName } from './tables.ts';

interface StoredEntry {
  readonly ref: string;
  readonly sequence: number;
  /** UTC, as `2026-01-31`: the partition of `by-day`. */
  readonly day: string;
  readonly timestamp: string;
  readonly cause: Cause;
  readonly actor: string;
  /** JSON text. */
  readonly before: string;
  readonly after: string;
  /** All three are absent where it is of no block. */
  readonly height?: number;
  readonly hash?: string;
  readonly blockTime?: string;
  readonly previousDigest?: string;
  readonly digest: string;
}

export type AuditItem = Readonly<Record<string, string | number | undefined>> & StoredEntry;

export const dayOf = (timestamp: string): string => timestamp.slice(0, 10);

/** The trail only grows: an entry that is there is never written again. */
const nothingThere = 'attribute_not_exists(#ref)';

/** Of a record an entry is put only in one transaction with the change that it tells (see `records.save`). */
export const putOfEntry = (entry: AuditEntry, prefix: string): Put => ({
  TableName: tableName(prefix, 'audit'),
  Item: toItem(entry),
  ...onCondition([nothingThere]),
});

const toItem = ({ ref, block, before, after, previousDigest, unreadable: _, ...rest }: AuditEntry): AuditItem => ({
  ...rest,
  ref: refKey(ref),
  day: dayOf(rest.timestamp),
  ...(block !== null && { height: block.height, hash: block.hash, blockTime: block.timestamp }),
  before: JSON.stringify(before),
  after: JSON.stringify(after),
  ...(previousDigest !== null && { previousDigest }),
});

/** Whatever was done to the item behind our back, it comes out as an entry: one that says that it cannot be read. */
export function auditEntryFromItem(item: AuditItem): AuditEntry {
  const before = objectIn(item.before);
  const after = objectIn(item.after);
  return {
    ref: parseRefKey(item.ref),
    sequence: item.sequence,
    cause: textIn(item.cause) as Cause,
    actor: textIn(item.actor),
    before: before ?? null,
    after: after ?? null,
    block: blockOf(item),
    timestamp: textIn(item.timestamp),
    previousDigest: item.previousDigest === undefined ? null : textIn(item.previousDigest),
    digest: textIn(item.digest),
    ...((before === undefined || after === undefined || !isTyped(item)) && { unreadable: true }),
  };
}

/** undefined: it is no JSON text of an object, or of null. */
function objectIn(text: unknown): object | null | undefined {
  try {
    const value: unknown = JSON.parse(String(text));
    return typeof value === 'object' ? value : undefined;
  } catch {
    return undefined;
  }
}

const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');

/** No attribute has become one of another type; which of them is missing where it must not be, the digest tells. */
const isTyped = ({ cause, actor, timestamp, digest, height, hash, blockTime, previousDigest }: AuditItem): boolean =>
  [cause, actor, timestamp, digest, hash ?? '', blockTime ?? '', previousDigest ?? ''].every(
    (text) => typeof text === 'string',
  ) && typeof (height ?? 0) === 'number';

const blockOf = ({ height, hash, blockTime }: AuditItem): AuditEntry['block'] =>
  typeof height === 'number' && typeof hash === 'string' && typeof blockTime === 'string'
    ? { height, hash, timestamp: blockTime }
    : null;
