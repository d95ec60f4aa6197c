import { isDeepStrictEqual } from 'node:util';
import type { BlockRef } from '../../../../lib/domain/block.ts';
import type { EntityRef } from '../../../../lib/domain/entity.ts';
import type { Json } from '../../../support/recorded-truth.ts';
import { truth } from '../cluster.ts';

/** An entity in the recording at a height; null where it does not exist. */
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
 * How the data differs from the recording at the block; undefined where it is the same. A pending transaction belongs to no
 * block: until it is executed one node may know it and another one not, at any height.
 */
export function contradiction(ref: EntityRef, data: unknown, block: BlockRef): string | undefined {
  const { height, hash, timestamp } = block;
  if (!isDeepStrictEqual({ height, hash, timestamp }, truth.block(height)))
    return `there is no block ${height} ${hash}`;
  const recorded = truthOf(ref, height);
  const allowed = ref.kind === 'transaction' && !recorded?.executedAt ? [null, waiting(ref.id)] : [recorded];
  if (allowed.some((value) => isDeepStrictEqual(data, value))) return undefined;
  return `at block ${height} it is ${JSON.stringify(recorded)}, not ${JSON.stringify(data)}`;
}

/** A transaction just before its execution. */
function waiting(hash: string): Json | null {
  const executed = truth.transactions.find((one) => one.hash === hash);
  return executed === undefined ? null : truth.transaction(hash, executed.height - 1);
}
