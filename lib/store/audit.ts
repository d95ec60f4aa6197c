import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { entryAfter } from '../domain/audit-chain.ts';
import { dayMs } from '../domain/days.ts';
import { parseRefKey, refKey } from '../domain/entity.ts';
import { StoreUnavailable } from '../domain/errors.ts';
import type { Audit } from '../domain/ports/audit.ts';
import type { AuditEntry, Cause } from '../domain/record.ts';
import { batchGet } from './dynamodb/batches.ts';
import { byShards } from './dynamodb/by-index.ts';
import type { Dynamo } from './dynamodb/client.ts';
import { namesIn } from './dynamodb/conditional.ts';
import { onCondition, type Put, putTransaction } from './dynamodb/transaction.ts';
import { shardKeyOf, shardKeys } from './index-shards.ts';
import { storedJson } from './stored-json.ts';
import { tableName } from './tables.ts';

const attempts = 10;
/** The trail only grows: an entry that is stored is never written again. */
const nothingThere = 'attribute_not_exists(#ref)';
const withinDay = '#day = :shard AND #timestamp BETWEEN :first AND :last';

export function createAudit(dynamo: Dynamo, prefix: string): Audit {
  const TableName = tableName(prefix, 'audit');
  const audit: Audit = {
    async history(ref, { before, limit }) {
      const condition = before === undefined ? '#ref = :ref' : '#ref = :ref AND #sequence < :before';
      const entries: AuditEntry[] = [];
      let start: Record<string, unknown> | undefined;
      // A page of a query ends at 1 MB, which a few large values fill before the limit is reached.
      do {
        const answer = await dynamo.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: condition,
            ExpressionAttributeNames: namesIn(condition),
            ExpressionAttributeValues: { ':ref': refKey(ref), ...(before !== undefined && { ':before': before }) },
            ScanIndexForward: false,
            ConsistentRead: true,
            Limit: limit - entries.length,
            ExclusiveStartKey: start,
          }),
        );
        entries.push(...(answer.Items ?? []).map((item) => auditEntryFromItem(item as AuditItem)));
        start = answer.LastEvaluatedKey;
      } while (start !== undefined && entries.length < limit);
      return entries;
    },

    async following(entry) {
      const [newest] = await audit.history(entry.ref, { limit: 1 });
      return entryAfter(newest, entry);
    },

    async append(entry) {
      for (let attempt = 1; attempt <= attempts; attempt++) {
        const next = await audit.following(entry);
        if (next === undefined) return;
        const refused = await putTransaction(dynamo, [putOfEntry(next, prefix)]);
        // The stored entry is this one: its first answer was lost, and it was sent again.
        if (refused === undefined || refused.images.get(0)?.digest === next.digest) return;
        await dynamo.backoff(attempt);
      }
      throw new StoreUnavailable(`the audit trail of ${refKey(entry.ref)} stays contended`);
    },

    async *between(from, until) {
      const first = new Date(from).toISOString();
      const last = new Date(Date.parse(until) - 1).toISOString();
      for (let at = Date.parse(dayOf(first)); at <= Date.parse(last); at += dayMs) {
        const pages = byShards<AuditItem>(dynamo, {
          table: TableName,
          key: ['ref', 'sequence'],
          index: 'by-day',
          condition: withinDay,
          shards: shardKeys(dayOf(new Date(at).toISOString())),
          sort: 'timestamp',
          values: { ':first': first, ':last': last },
          newestFirst: false,
          pageSize: 100,
        });
        for await (const page of pages) yield page.map(auditEntryFromItem);
      }
    },

    async entries(asked) {
      const keys = asked.map(({ ref, sequence }) => ({ ref: refKey(ref), sequence }));
      const distinct = [...new Map(keys.map((key) => [nameOf(key), key])).values()];
      const items = await batchGet<AuditItem>(dynamo, TableName, distinct);
      const found = new Map(items.map((item) => [nameOf(item), auditEntryFromItem(item)]));
      return keys.map((key) => found.get(nameOf(key)));
    },
  };
  return audit;
}

const nameOf = ({ ref, sequence }: Pick<AuditItem, 'ref' | 'sequence'>): string => `${sequence} ${ref}`;

/** An entry as an item: flat, scalars only. */
interface StoredEntry {
  readonly ref: string;
  readonly sequence: number;
  /** UTC, with the shard of the trail, as `2026-01-31#7`: the partition of `by-day`. */
  readonly day: string;
  readonly timestamp: string;
  readonly cause: Cause;
  readonly actor: string;
  /** JSON text. */
  readonly before: string;
  readonly after: string;
  /** All three are absent where the entry belongs to no block. */
  readonly height?: number;
  readonly hash?: string;
  readonly blockTime?: string;
  /** JSON text. */
  readonly held?: string;
  /** JSON text. */
  readonly proof?: string;
  readonly previousDigest?: string;
  readonly digest: string;
}

type AuditItem = Readonly<Record<string, string | number | undefined>> & StoredEntry;

const dayOf = (timestamp: string): string => timestamp.slice(0, 10);

/** The entry of a record's change is put only in one transaction with the change (see `records.save`, rule ITEM-3). */
export const putOfEntry = (entry: AuditEntry, prefix: string): Put => ({
  TableName: tableName(prefix, 'audit'),
  Item: toItem(entry),
  ...onCondition([nothingThere]),
});

const toItem = ({
  ref,
  block,
  before,
  after,
  previousDigest,
  held,
  proof,
  unreadable: _,
  ...rest
}: AuditEntry): AuditItem => ({
  ...rest,
  ref: refKey(ref),
  day: shardKeyOf(dayOf(rest.timestamp), refKey(ref)),
  ...(block !== null && { height: block.height, hash: block.hash, blockTime: block.timestamp }),
  ...(held !== undefined && { held: JSON.stringify(held) }),
  ...(proof !== undefined && { proof: JSON.stringify(proof) }),
  before: JSON.stringify(before),
  after: JSON.stringify(after),
  ...(previousDigest !== null && { previousDigest }),
});

/** An item that was changed outside this service still comes out as an entry: one that is marked as unreadable. */
function auditEntryFromItem(item: AuditItem): AuditEntry {
  const before = objectIn(item.before);
  const after = objectIn(item.after);
  const held = item.held === undefined ? null : objectIn(item.held);
  const proof = item.proof === undefined ? null : objectIn(item.proof);
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
    ...(held != null && { held: held as NonNullable<AuditEntry['held']> }),
    ...(proof != null && { proof: proof as NonNullable<AuditEntry['proof']> }),
    ...(([before, after, held, proof].includes(undefined) || !isTyped(item)) && { unreadable: true }),
  };
}

/** undefined: the text is not the JSON of an object, or of null. */
function objectIn(text: unknown): object | null | undefined {
  try {
    const value: unknown = storedJson(String(text));
    return typeof value === 'object' ? value : undefined;
  } catch {
    return undefined;
  }
}

const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');

/** No attribute has another type than it was written with. A missing one shows in the digest. */
const isTyped = ({ cause, actor, timestamp, digest, height, hash, blockTime, previousDigest }: AuditItem): boolean =>
  [cause, actor, timestamp, digest, hash ?? '', blockTime ?? '', previousDigest ?? ''].every(
    (text) => typeof text === 'string',
  ) && typeof (height ?? 0) === 'number';

const blockOf = ({ height, hash, blockTime }: AuditItem): AuditEntry['block'] =>
  typeof height === 'number' && typeof hash === 'string' && typeof blockTime === 'string'
    ? { height, hash, timestamp: blockTime }
    : null;
