import { parseRefKey, refKey } from '../domain/entity.ts';
import type { AuditEntry, Cause } from '../domain/record.ts';
import { tableName } from './tables.ts';
import { onCondition, type Put } from './together.ts';

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

const toItem = ({ ref, block, before, after, previousDigest, ...rest }: AuditEntry): AuditItem => ({
  ...rest,
  ref: refKey(ref),
  day: dayOf(rest.timestamp),
  ...(block !== null && { height: block.height, hash: block.hash, blockTime: block.timestamp }),
  before: JSON.stringify(before),
  after: JSON.stringify(after),
  ...(previousDigest !== null && { previousDigest }),
});

export const fromItem = (item: AuditItem): AuditEntry => ({
  ref: parseRefKey(item.ref),
  sequence: item.sequence,
  cause: item.cause,
  actor: item.actor,
  before: JSON.parse(item.before),
  after: JSON.parse(item.after),
  block: blockOf(item),
  timestamp: item.timestamp,
  previousDigest: item.previousDigest ?? null,
  digest: item.digest,
});

const blockOf = ({ height, hash, blockTime }: AuditItem): AuditEntry['block'] =>
  height === undefined || hash === undefined || blockTime === undefined ? null : { height, hash, timestamp: blockTime };
