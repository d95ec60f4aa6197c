import type { BlockRef, PinnedBlock } from '../../domain/block.ts';
import { maxBlocksUnpublished } from '../../domain/claim.ts';
import { abortIn } from '../../domain/deadline.ts';
import { ChainUnavailable } from '../../domain/errors.ts';
import type { Service } from '../../domain/service.ts';

/**
 * Why a record's block is not on the canonical chain, so that the record was not written by this service (rule SAVE-8):
 * its hash belongs to a block of another height, or its height is above `newest`, the highest block that any node has.
 * undefined: the block may be on the chain.
 */
export async function orphanReason(
  { height, hash }: BlockRef,
  newest: number,
  service: Pick<Service, 'chain' | 'limits'>,
): Promise<string | undefined> {
  const named = await blockByHash(hash, service);
  if (named !== undefined) {
    return named.height === height ? undefined : `its block is at height ${named.height}, not at ${height}`;
  }
  return height <= newest + maxBlocksUnpublished
    ? undefined
    : `no node has a block ${height}: the newest block is ${newest}`;
}

/** undefined: no node has the block, or none answers. */
export async function blockByHash(
  hash: string,
  { chain, limits }: Pick<Service, 'chain' | 'limits'>,
): Promise<PinnedBlock | undefined> {
  try {
    return await chain.blockOf(hash, abortIn(limits.deadlineMs));
  } catch (error) {
    if (error instanceof ChainUnavailable) return undefined;
    throw error;
  }
}
