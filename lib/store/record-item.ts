import { parseRefKey, refKey } from '../domain/entity.ts';
import type { ReadingProof } from '../domain/proof.ts';
import type { ConflictMark, EntityRecord } from '../domain/record.ts';
import { shardOf } from '../domain/shard.ts';
import { storedJson } from './stored-json.ts';
import { storedProof } from './stored-proof.ts';

/**
 * A record as an item: flat, scalars only. What conditions and indexes name is an attribute of its own; value, probed
 * validators, read set and bases are JSON text, which comes back exactly and costs the least to marshal.
 *
 * Stored attributes keep the names of the first version: `beside` is `probedValidators`, `holdsUntil` is `validUntil`, `branch`
 * is `fork`, `followedUntil` is `trackedUntil`, and `rules` is `logicVersion`.
 */
export type RecordItem = Readonly<Record<string, string | number | boolean | undefined>> & StoredRecord;

interface StoredRecord {
  readonly ref: string;
  readonly id: string;
  readonly owner?: string;
  /** With `checkedAt`: the key of the index `by-checked`. */
  readonly shard: number;
  readonly checkedAt: string;
  readonly height: number;
  readonly hash: string;
  readonly blockTime: string;
  readonly sequence: number;
  readonly value: string;
  readonly beside: string;
  readonly readSet: string;
  readonly bases: string;
  readonly definition: string;
  readonly holdsUntil?: string;
  /** JSON text; left out by earlier versions. */
  readonly proof?: string;
  readonly digest: string;
  readonly auditHead: string;
  readonly branch: number;
  readonly followedUntil: string;
  /** Of the tables that it was written to (rule ITEM-6); left out by earlier versions. */
  readonly tables?: string;
  readonly trackedSince?: number;
  readonly rules: number;
  readonly tooLarge: boolean;
  /** JSON text; absent where the record is in no dispute. */
  readonly conflict?: string;
  readonly changedAt?: number;
  /** JSON text. */
  readonly held?: string;
  /** JSON text; of bases only. */
  readonly changes?: string;
}

/** The mark of what is still as it was restored. */
const otherTables = 'other';

/** `tables`: the mark of the tables that it is written to. */
export const recordToItem = (record: EntityRecord, tables: string): RecordItem => ({
  ref: refKey(record.ref),
  id: record.ref.id,
  ...(record.owner !== null && { owner: record.owner }),
  shard: shardOf(refKey(record.ref)),
  checkedAt: record.checkedAt,
  height: record.block.height,
  hash: record.block.hash,
  blockTime: record.block.timestamp,
  sequence: record.sequence,
  value: JSON.stringify(record.value),
  beside: JSON.stringify(record.probedValidators),
  readSet: JSON.stringify(record.readSet),
  bases: JSON.stringify(record.bases),
  definition: record.definition,
  ...(record.validUntil !== null && { holdsUntil: record.validUntil }),
  ...(record.proof !== undefined && { proof: JSON.stringify(record.proof) }),
  digest: record.digest,
  auditHead: record.auditHead,
  branch: record.fork,
  followedUntil: record.restoredUntil ?? record.trackedUntil,
  tables: record.restoredUntil === undefined ? tables : otherTables,
  ...(record.trackedSince !== undefined && { trackedSince: record.trackedSince }),
  rules: record.logicVersion,
  tooLarge: record.tooLarge,
  ...(record.conflict !== null && { conflict: markText(record.conflict) }),
  ...(record.held !== undefined && { held: JSON.stringify(record.held) }),
  ...(record.changedAt !== undefined && { changedAt: record.changedAt }),
  ...(record.changes !== undefined && { changes: JSON.stringify(record.changes) }),
});

/** An item that cannot be read was changed outside this service: it comes as a record that does not match its own digest. */
export function recordFromItem(item: RecordItem, tables: string): EntityRecord {
  try {
    return isWhole(item) ? recordIn(tables, item) : unreadable(item);
  } catch {
    return unreadable(item);
  }
}

const longAgo = new Date(0).toISOString();
const numbers = ['height', 'sequence', 'branch', 'rules'] as const;
const texts = ['hash', 'blockTime', 'definition', 'digest', 'auditHead', 'checkedAt', 'followedUntil'] as const;

const isWhole = (item: RecordItem): boolean =>
  numbers.every((name) => typeof item[name] === 'number') && texts.every((name) => typeof item[name] === 'string');

/** Rule ITEM-6: what other tables have had is not tracked in these. */
const recordIn = (tables: string, item: RecordItem): EntityRecord =>
  item.tables === tables
    ? recordOf(item)
    : { ...recordOf(item), trackedUntil: longAgo, restoredUntil: item.followedUntil };

const recordOf = (item: RecordItem): EntityRecord => ({
  ref: parseRefKey(item.ref),
  value: storedJson(item.value),
  probedValidators: storedJson(item.beside),
  block: { height: item.height, hash: item.hash, timestamp: item.blockTime },
  readSet: storedJson(item.readSet),
  bases: storedJson(item.bases),
  definition: item.definition,
  validUntil: item.holdsUntil ?? null,
  ...(item.proof !== undefined && { proof: storedProof<ReadingProof>(item.proof) }),
  digest: item.digest,
  sequence: item.sequence,
  auditHead: item.auditHead,
  fork: item.branch,
  checkedAt: item.checkedAt,
  trackedUntil: item.followedUntil,
  ...(item.trackedSince !== undefined && { trackedSince: item.trackedSince }),
  logicVersion: item.rules,
  owner: item.owner ?? null,
  tooLarge: item.tooLarge,
  conflict: item.conflict === undefined ? null : storedJson(item.conflict),
  ...(item.held !== undefined && { held: storedJson(item.held) }),
  ...(item.changedAt !== undefined && { changedAt: item.changedAt }),
  ...(item.changes !== undefined && { changes: storedJson(item.changes) }),
});

const numberIn = (value: unknown): number => (typeof value === 'number' ? value : 0);
const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Block, sequence and fork are kept as far as they can be read, so that a correction can name them. */
const unreadable = (item: RecordItem): EntityRecord => ({
  ref: parseRefKey(item.ref),
  value: null,
  probedValidators: [],
  block: {
    height: numberIn(item.height),
    hash: textIn(item.hash),
    timestamp: Number.isNaN(Date.parse(textIn(item.blockTime))) ? longAgo : textIn(item.blockTime),
  },
  readSet: [],
  bases: [],
  definition: textIn(item.definition),
  validUntil: null,
  digest: 'unreadable',
  sequence: numberIn(item.sequence),
  auditHead: textIn(item.auditHead),
  fork: numberIn(item.branch),
  checkedAt: longAgo,
  trackedUntil: longAgo,
  logicVersion: numberIn(item.rules),
  owner: null,
  tooLarge: false,
  conflict: null,
});

/** Always the same text for the same mark: conditions compare marks as text. */
export const markText = ({ id, state, chainDigest }: ConflictMark): string =>
  JSON.stringify({ id, state, chainDigest });
