import { bareHash } from '../../domain/account-id.ts';
import { type BlockRef, blockRef, type PinnedBlock } from '../../domain/block.ts';
import { abortIn } from '../../domain/deadline.ts';
import { ChainReadsSpent, ChainUnavailable } from '../../domain/errors.ts';
import type { Progress } from '../../domain/progress.ts';
import type { AccountEra } from '../../domain/rewards.ts';
import type { Service } from '../../domain/service.ts';

interface Around {
  readonly known: readonly AccountEra[];
  readonly progress: Progress;
}

type FillService = Pick<Service, 'rewards' | 'chain' | 'limits' | 'chainReads' | 'log'>;

/**
 * Rule ACTIVITY-21: reads an era that is missing from the chain, and keeps it for all accounts; undefined where no node serves it
 * now, or the caller has no chain read left. Throws StoreUnavailable.
 */
export async function fillHole(
  era: number,
  account: string,
  { known, progress }: Around,
  service: FillService,
): Promise<AccountEra | undefined> {
  const above = known.find((one) => one.era === era + 1)?.block ?? progress.cursor;
  if (above === null) return undefined;
  const signal = abortIn(service.limits.deadlineMs);
  async function read(): Promise<AccountEra | undefined> {
    const block = await endOf(era, above as BlockRef, signal, service);
    const shares = block && (await service.chain.eraRewards(block, signal));
    if (block === undefined || shares === undefined) return undefined;
    const ended = { era, block: blockRef(block), fork: progress.fork };
    await service.rewards.keep(ended, shares);
    return { ...ended, shares: shares.get(bareHash(account)) ?? [] };
  }
  try {
    const { chainReads } = service;
    if (chainReads === undefined) return await read();
    return await chainReads.spend((use) => {
      use();
      return read();
    });
  } catch (error) {
    if (!(error instanceof ChainUnavailable) && !(error instanceof ChainReadsSpent)) throw error;
    service.log.warn('a missing era could not be read', { era, reason: error.message });
    return undefined;
  }
}

/** Several eras may be missing one after another; the rest is for further requests. */
const mostSteps = 8;

/** The switch block that ended an era, from a block above it, or from that block itself. */
async function endOf(
  era: number,
  above: BlockRef,
  signal: AbortSignal,
  { chain }: Pick<Service, 'chain'>,
): Promise<PinnedBlock | undefined> {
  let block: PinnedBlock | undefined = await chain.blockOf(above.hash, signal);
  // The era has ended, so no other block of it can be at or above its end.
  for (let step = 0; block !== undefined && block.eraId > era && step < mostSteps; step += 1)
    block = await chain.switchBlockBelow(block.hash, signal);
  return block?.eraId === era ? block : undefined;
}
