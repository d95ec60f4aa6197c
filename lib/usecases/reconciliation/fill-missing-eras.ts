import { type BlockRef, blockRef, type PinnedBlock } from '../../domain/block.ts';
import { abortIn } from '../../domain/deadline.ts';
import { ChainUnavailable } from '../../domain/errors.ts';
import type { EndedEra } from '../../domain/rewards.ts';
import type { Service } from '../../domain/service.ts';
import { eraPaid } from '../observing/era-paid.ts';
import { type Eras, keptEras, missingIn, mostEras } from '../reading/rewards.ts';

/** So many requests to nodes one run sends for it: a hundred eras on the main network are more than a week. */
const mostCalls = 200;
/** After this time no further era is begun. */
const wholeMs = 60_000;

type FillService = Pick<Service, 'rewards' | 'snapshots' | 'chain' | 'audit' | 'metrics' | 'clock' | 'log'>;

/**
 * Rule ACTIVITY-21: reads the eras that are missing from the chain, newest first, and keeps them for all accounts. What no node serves
 * now stays missing until a later run. Gives how many eras it has filled. Throws StoreUnavailable.
 */
export async function fillMissingEras(service: FillService): Promise<number> {
  const snapshot = await service.snapshots.renewed();
  const { cursor, fork } = snapshot.progress;
  const known = await keptEras(snapshot, service);
  if (known === undefined || cursor === null) return 0;
  const toEra = known.kept.toEra;
  const range = { fromEra: Math.max(known.kept.fromEra, toEra - mostEras + 1), toEra };
  const eras = (await service.rewards.eras(range.fromEra, range.toEra)).filter(known.counts);
  const signal = abortIn(wholeMs);
  const callsBefore = service.chain.calls();
  const isOver = (): boolean => signal.aborted || service.chain.calls() - callsBefore >= mostCalls;
  let filled = 0;
  for (const hole of missingIn(range, eras))
    filled += await fill(hole, { eras, cursor, fork }, signal, isOver, service);
  return filled;
}

interface Around {
  readonly eras: readonly EndedEra[];
  readonly cursor: BlockRef;
  readonly fork: number;
}

/** From the top of a hole down: each era is found from the switch block of the one above. */
async function fill(
  { fromEra, toEra }: Eras,
  { eras, cursor, fork }: Around,
  signal: AbortSignal,
  isOver: () => boolean,
  service: FillService,
): Promise<number> {
  const { rewards, chain, log } = service;
  let above: BlockRef | undefined = eras.find(({ era }) => era === toEra + 1)?.block ?? cursor;
  let filled = 0;
  try {
    for (let era = toEra; era >= fromEra && above !== undefined && !isOver(); era -= 1) {
      const block: PinnedBlock | undefined = await endOf(era, above, signal, chain);
      const shares = block && (await eraPaid(block, signal, service));
      above = block;
      if (block === undefined || shares === undefined) continue;
      await rewards.keep({ era, block: blockRef(block), fork }, shares);
      filled += 1;
    }
  } catch (error) {
    if (!(error instanceof ChainUnavailable)) throw error;
    log.warn('missing eras could not be read', { fromEra, toEra, reason: error.message });
  }
  return filled;
}

/** The switch block that ended an era, from a block above it, or from that block itself. */
async function endOf(
  era: number,
  above: BlockRef,
  signal: AbortSignal,
  chain: Service['chain'],
): Promise<PinnedBlock | undefined> {
  let block: PinnedBlock | undefined = await chain.blockOf(above.hash, signal);
  // The era has ended, so no other block of it can be at or above its end.
  while (block !== undefined && block.eraId > era) block = await chain.switchBlockBelow(block.hash, signal);
  return block?.eraId === era ? block : undefined;
}
