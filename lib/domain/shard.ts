import { createHash } from 'node:crypto';

/** Records are spread evenly over this many shards; reconciliation goes through each shard by itself. */
export const shardCount = 16;

/** So many records of a shard are compared at once, if one read suffices for each of them. */
export const recordsOfPage = 100;

/** The shard of a record, by its ref key. */
export const shardOf = (key: string): number => (createHash('sha256').update(key).digest()[0] ?? 0) % shardCount;
