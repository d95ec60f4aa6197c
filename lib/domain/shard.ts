import { sha256 } from '@noble/hashes/sha2.js';

/** Records are spread evenly over so many parts, each of which can be gone through by itself. */
export const shardCount = 16;

/** Of a record, by its ref key. */
export const shardOf = (key: string): number => (sha256(new TextEncoder().encode(key))[0] ?? 0) % shardCount;
