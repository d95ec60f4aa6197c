import { shardCount, shardOf } from '../domain/shard.ts';

/**
 * Every save writes into the indexes `by-pending` and `by-day`. One partition takes some 1,000 writes a second, so what would be one
 * key of such an index is sixteen: `<value>#<shard>`. A reader asks all of them.
 */
export const shardKeyOf = (value: string, key: string): string => `${value}#${shardOf(key)}`;

export const shardKeys = (value: string): string[] =>
  Array.from({ length: shardCount }, (_, shard) => `${value}#${shard}`);
