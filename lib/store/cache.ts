import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { parseRefKey, refKey } from '../domain/entity.ts';
import type { Cache } from '../domain/ports/cache.ts';
import type { ValueProof } from '../domain/proof.ts';
import type { CacheEntry } from '../domain/record.ts';
import type { Dynamo } from './dynamodb/client.ts';
import { namesIn, refusalOf } from './dynamodb/conditional.ts';
import { storedProof } from './stored-proof.ts';
import { tableMark, tableName } from './tables.ts';

/** Rule SAVE-4, and at the same block an entry in dispute gives way to another entry in dispute only. */
const nothingThere = 'attribute_not_exists(#ref)';
const lowerSequence = '#sequence < :sequence';
const sameSequenceBelow = '(#sequence = :sequence AND #height < :height)';
const sameBlock = '(#sequence = :sequence AND #height = :height)';
const sameBlockUndisputed = '(#sequence = :sequence AND #height = :height AND attribute_not_exists(#conflict))';
const olderOr = (same: string): string => [nothingThere, lowerSequence, sameSequenceBelow, same].join(' OR ');

export function createCache(dynamo: Dynamo, prefix: string): Cache {
  const TableName = tableName(prefix, 'cache');
  const tables = tableMark(prefix);
  return {
    /** Rule CLAIM-1: consistent. An older copy of an entry that sync has already replaced would be claimed through the newer cursor. */
    async get(ref) {
      const { Item } = await dynamo.send(
        new GetCommand({ TableName, Key: { ref: refKey(ref) }, ConsistentRead: true }),
      );
      return Item && fromItem(Item as CacheItem, tables);
    },

    async put(entry, expiresAt) {
      const condition = olderOr(entry.conflict === null ? sameBlockUndisputed : sameBlock);
      const command = new PutCommand({
        TableName,
        Item: { ...toItem(entry, tables), expiresAt },
        ConditionExpression: condition,
        ExpressionAttributeNames: namesIn(condition),
        ExpressionAttributeValues: { ':sequence': entry.sequence, ':height': entry.block.height },
      });
      await refusalOf(dynamo.send(command));
    },
  };
}

/**
 * Stored attributes keep the names of the first version: `holdsUntil` is `validUntil`, `followedUntil` is `trackedUntil`, `branch`
 * is `fork`, and `rules` is `logicVersion`.
 */
const toItem = (
  { ref, value, block, validUntil, proof, trackedUntil, conflict, ...entry }: CacheEntry,
  tables: string,
) => ({
  tables,
  ref: refKey(ref),
  value: JSON.stringify(value),
  height: block.height,
  hash: block.hash,
  blockTime: block.timestamp,
  bases: JSON.stringify(entry.bases),
  definition: entry.definition,
  sequence: entry.sequence,
  branch: entry.fork,
  rules: entry.logicVersion,
  tooLarge: entry.tooLarge,
  ...(validUntil !== null && { holdsUntil: validUntil }),
  ...(proof !== undefined && { proof: JSON.stringify(proof) }),
  ...(trackedUntil !== null && { followedUntil: trackedUntil }),
  ...(conflict !== null && { conflict: JSON.stringify(conflict) }),
});

type Stored = ReturnType<typeof toItem>;
type Sparse = 'holdsUntil' | 'proof' | 'followedUntil' | 'conflict';
/** A member that is null has no attribute. */
type CacheItem = Omit<Stored, Sparse> & { readonly [Name in Sparse]?: string };

const fromItem = (item: CacheItem, tables: string): CacheEntry => ({
  ref: parseRefKey(item.ref),
  value: JSON.parse(item.value),
  block: { height: item.height, hash: item.hash, timestamp: item.blockTime },
  bases: JSON.parse(item.bases),
  definition: item.definition,
  validUntil: item.holdsUntil ?? null,
  ...(item.proof !== undefined && { proof: storedProof<ValueProof>(item.proof) }),
  sequence: item.sequence,
  fork: item.branch,
  logicVersion: item.rules,
  // Rule ITEM-6: what other tables have had claims its own block.
  trackedUntil: (item.tables === tables && item.followedUntil) || null,
  tooLarge: item.tooLarge,
  conflict: item.conflict === undefined ? null : JSON.parse(item.conflict),
});
