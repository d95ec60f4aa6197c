import { isDeepStrictEqual } from 'node:util';
import type { BlockRef } from '../../../lib/domain/chain.ts';
import type { EntityRef } from '../../../lib/domain/entity.ts';
import type { Json } from '../../support/recorded-truth.ts';
import { truth } from '../fleet.ts';

/** What the recording has of an entity at a height; null where it has none. */
export function truthOf({ kind, id }: EntityRef, height: number): Json | null {
  switch (kind) {
    case 'asset': {
      const token = truth.tokens.find(({ packageHash, tokenId }) => `${packageHash}:${tokenId}` === id);
      return token === undefined ? null : truth.asset(token, height);
    }
    case 'account':
      return truth.account(id, height);
    case 'staking':
      return truth.staking(id, height);
    default:
      return truth.transaction(id, height);
  }
}

/**
 * Why this is not what the recording has at the block; undefined where it is. That a transaction waits is no state of any
 * block: what a node knows of it is known at the block before, too.
 */
export function contradiction(
  ref: EntityRef,
  data: unknown,
  { height, hash, timestamp }: BlockRef,
): string | undefined {
  if (!isDeepStrictEqual({ height, hash, timestamp }, { ...truth.block(height) }))
    return `there is no block ${height} ${hash}`;
  const told = truthOf(ref, height);
  if (isDeepStrictEqual(data, told)) return undefined;
  const next = ref.kind === 'transaction' && told === null ? truthOf(ref, height + 1) : null;
  if (next?.status === 'pending' && isDeepStrictEqual(data, next)) return undefined;
  return `at block ${height} it is ${JSON.stringify(told)}, not ${JSON.stringify(data)}`;
}
