import type { PinnedBlock } from '../../domain/block.ts';
import type { Snapshot } from '../../domain/claim.ts';
import { abortIn } from '../../domain/deadline.ts';
import { ChainUnavailable } from '../../domain/errors.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { blockByHash, orphanReason } from '../observing/orphaned-block.ts';
import { newestTip } from '../observing/tip.ts';
import type { ComparisonContext } from './comparison-context.ts';

/** The block at which a record is compared, or why its own block is orphaned; undefined: no node can say. */
export type BlockFor = { readonly at: PinnedBlock } | { readonly orphaned: string } | undefined;

/** The block of the run; for a record that was read at a later block, that block, if it is on the canonical chain. */
export async function blockFor(
  { block }: EntityRecord,
  { block: compared }: ComparisonContext,
  snapshot: Snapshot,
  service: Service,
): Promise<BlockFor> {
  if (compared === undefined) return undefined;
  if (block.height <= compared.height) return { at: compared };
  const own = await blockByHash(block.hash, service);
  if (own?.height === block.height) return { at: own };
  const newest = await newestHeight(compared, snapshot, service);
  const orphaned = newest === undefined ? undefined : await orphanReason(block, newest, service);
  return orphaned === undefined ? undefined : { orphaned };
}

async function newestHeight(
  compared: PinnedBlock,
  { progress }: Snapshot,
  service: Service,
): Promise<number | undefined> {
  try {
    const signal = abortIn(service.limits.deadlineMs);
    const tip = await newestTip({ atLeast: compared.height, progress, signal, shared: undefined }, service);
    return Math.max(tip.height, progress.head?.height ?? 0, progress.cursor?.height ?? 0, progress.mark ?? 0);
  } catch (error) {
    if (error instanceof ChainUnavailable) return undefined;
    throw error;
  }
}
