import type { BlockRef, PinnedBlock } from '../../domain/block.ts';
import { maxBlocksUnpublished } from '../../domain/claim.ts';
import { abortIn } from '../../domain/deadline.ts';
import { ChainUnavailable } from '../../domain/errors.ts';
import type { Service } from '../../domain/service.ts';

/**
 * Why a record's block is none of the chain's, so that somebody else has written it: its hash names a block of another height,
 * or nobody has come that far (`newest`: the highest block that anybody has). undefined: it may be one.
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
    : `nobody has seen a block ${height}: the newest one is ${newest}`;
}

/** undefined: no node can tell. */
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
