import { isDeepStrictEqual } from 'node:util';
import type { BlockRef } from '../../../../lib/domain/block.ts';
import type { EntityRef } from '../../../../lib/domain/entity.ts';
import type { Json } from '../../../support/recorded-truth.ts';
import { truth } from '../cluster.ts';

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
 * block: until it is executed, one node may know of it and another one not, whatever block the answer is of.
 */
export function contradiction(ref: EntityRef, data: unknown, block: BlockRef): string | undefined {
  const { height, hash, timestamp } = block;
  if (!isDeepStrictEqual({ height, hash, timestamp }, truth.block(height)))
    return `there is no block ${height} ${hash}`;
  const told = truthOf(ref, height);
  const lawful = ref.kind === 'transaction' && !told?.executedAt ? [null, waiting(ref.id)] : [told];
  if (lawful.some((one) => isDeepStrictEqual(data, one))) return undefined;
  return `at block ${height} it is ${JSON.stringify(told)}, not ${JSON.stringify(data)}`;
}

/** A transaction just before it is executed. */
function waiting(hash: string): Json | null {
  const executed = truth.transactions.find((one) => one.hash === hash);
  return executed === undefined ? null : truth.transaction(hash, executed.height - 1);
}
