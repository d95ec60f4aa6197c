import type { PinnedBlock } from '../../domain/block.ts';
import { pause, unlessAborted, withTimeout } from '../../domain/deadline.ts';
import { ChainUnavailable } from '../../domain/errors.ts';
import type { TipRequest } from '../../domain/ports/chain.ts';
import type { Clock } from '../../domain/ports/telemetry.ts';
import { unseenMs } from '../../domain/progress.ts';
import type { ExaminedTip, SharedAsk } from './examine-node.ts';
import type { AskNodes } from './failover.ts';
import { statusMethod } from './node-health.ts';
import type { TipObservations } from './tip-observations.ts';
import type { Upstream } from './upstream.ts';

export interface Tip {
  readonly block: PinnedBlock;
  readonly from: Upstream;
}

/** A shared head this old says little about which node lags: all nodes are compared first. */
const staleHeadMs = 30_000;
/** How long such a comparison may hold up an answer when some head is known. */
const compareGraceMs = 200;
/** All nodes stood still so short a time ago that asking one of them is enough. */
const standstillMs = 10_000;

/** A single address that is so few blocks below a known height is asked again, so many times in all. */
const nearBlocks = 2;
const nearAttempts = 4;
const nearPauseMs = 20;

export interface TipPickerParts {
  readonly upstreams: readonly Upstream[];
  readonly observations: TipObservations;
  readonly examine: SharedAsk<ExaminedTip | undefined>;
  readonly askNodes: AskNodes;
  /** The nodes to ask for their tip, in order. */
  readonly candidates: (signal: AbortSignal) => Promise<readonly Upstream[]>;
  /** Asks all nodes that are due for a probe. */
  readonly probeDue: () => Promise<void>;
  readonly clock: Clock;
}

/** Finds the newest block of a healthy node. */
export function createTipPicker({
  upstreams,
  observations,
  examine,
  askNodes,
  candidates,
  probeDue,
  clock,
}: TipPickerParts) {
  /** When all nodes were last seen to stand still. */
  let standstillAt = Number.NEGATIVE_INFINITY;

  /** Without a fresh shared head, one node's tip is compared with all others before it counts. */
  async function compare(knownHead: TipRequest['knownHead'], signal: AbortSignal): Promise<void> {
    const comparing = probeDue();
    comparing.catch(() => undefined);
    const isFresh = knownHead !== undefined && unseenMs(knownHead, clock.steady()) <= staleHeadMs;
    if (upstreams.length < 2 || isFresh) return;
    if (knownHead === undefined) await unlessAborted(comparing, signal);
    else await withTimeout(comparing, compareGraceMs);
  }

  return async function pickTip(request: TipRequest): Promise<Tip> {
    const { atLeast = 0, knownHead, signal } = request;
    let since = clock.steady();
    observations.learn(knownHead);
    await compare(knownHead, signal);
    for (let attempt = 1; ; attempt += 1) {
      const picked = await pick(request, since);
      if (!('tooLow' in picked)) return picked;
      // Behind one address another node may be a little further, and so may this one be in a moment.
      const isNear = upstreams.length === 1 && atLeast - picked.tooLow <= nearBlocks && attempt < nearAttempts;
      if (!isNear || signal.aborted)
        throw new ChainUnavailable(`no node has reached block ${atLeast}; the best is at ${picked.tooLow}`);
      await pause(nearPauseMs * attempt, signal);
      since = clock.steady();
    }
  };

  async function pick({ atLeast = 0, signal }: TipRequest, since: number): Promise<Tip | { readonly tooLow: number }> {
    const oldTips: Tip[] = [];
    let tooLow: number | undefined;
    try {
      return await askNodes<Tip>(
        { method: statusMethod, signal, candidates: () => candidates(signal) },
        async (upstream, own, onSent) => {
          onSent();
          const examined = await examine(upstream, own, since);
          if (examined === undefined) return undefined;
          const { reported, from, isOld } = examined;
          // Never below what is known: then the reported block is tried once more.
          const block = examined.block.height < atLeast ? reported : examined.block;
          if (block.height < atLeast) {
            tooLow = Math.max(tooLow ?? 0, block.height);
            return undefined;
          }
          if (!isOld || clock.steady() - standstillAt <= standstillMs) return { block, from };
          oldTips.push({ block, from });
          return undefined;
        },
      );
    } catch (error) {
      if (!(error instanceof ChainUnavailable)) throw error;
      // A chain that stands still at every node is not refused: its tip is old, but still the newest block.
      const highest = oldTips.toSorted((a, b) => b.block.height - a.block.height)[0];
      if (highest !== undefined) {
        standstillAt = clock.steady();
        return highest;
      }
      if (tooLow === undefined) throw error;
      return { tooLow };
    }
  }
}
