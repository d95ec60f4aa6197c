import type { PinnedBlock } from '../../domain/block.ts';
import type { Clock, Log, UpstreamMetric } from '../../domain/ports/telemetry.ts';
import { classifyError, speaksAgainstNode } from '../rpc/classify-error.ts';
import type { RpcFailure } from '../rpc/rpc-failure.ts';
import { type Breaker, createBreaker } from './breaker.ts';

export const statusMethod = 'info_get_status';

/** What is held of a node: whether it is asked, and in which place. */
export interface NodeHealth {
  /** Its newest block by its own word, and when it told. */
  readonly told: PinnedBlock | null;
  readonly seenAt: number;
  /** The lowest block whose state it holds. */
  readonly low: number;
  tell(newest: PinnedBlock, low: number): void;

  /** Why it is not healthy. */
  readonly reason: string | null;
  readonly unwell: boolean;
  /** It failed, and has not answered the like since: it is asked last. */
  readonly suspect: boolean;
  /** It failed at something else than telling its status, so its status clears nothing. */
  readonly failsAtState: boolean;
  failed(method: string, error: RpcFailure): void;
  succeeded(method: string): void;
  /** Another node has answered while this one was silent, and it has not answered sooner since. No fault: others go first. */
  readonly slow: boolean;
  outrun(afterMs: number): void;
  answeredAfter(milliseconds: number): void;
  /** A guard is red: nothing that it says counts until its status is right again. */
  readonly barred: boolean;
  /** `method`: the one at which it showed itself, where that was not its status. */
  bar(reason: string, method?: string): void;
  /** Its status was right; a node on a chain that stands still is all right, and says so. */
  clear(standsStill: boolean): void;
  readonly standsStill: boolean;
  /** When it last failed, was outrun or was barred. */
  readonly blamedAt: number;

  /** It asked for a pause, and is not asked at all; for how many more milliseconds. */
  readonly pausedMs: number;
  /** Its breaker is open: nobody asks it but a prober. */
  readonly open: boolean;
  /** Neither: it may be asked, in whatever place. */
  readonly askable: boolean;
  run: Breaker['run'];
  /** What others know of it. */
  hold(reason: string | null): void;
  close(): void;
  pauseUntil(until: number): void;
}

export interface NodeHealthOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly log: Log;
  count(metric: UpstreamMetric, value?: number): void;
  /** Its breaker has opened by what this process has seen. */
  onOpen(reason: string | null): void;
  /** It has asked for a pause. */
  onPause(until: number): void;
}

/** Errors that may be the requests' doing: so many in a row say something of the node after all. */
const manyOddErrors = 3;
/** Of one that says "later" without saying when. */
const pauseMs = 1_000;
/** Nobody shall be able to send us away for good. */
const longestPauseMs = 3_600_000;
const oldTip = 'its newest block is old';

const kindOf = (method: string) => (method === statusMethod ? 'status' : 'state');

export function createNodeHealth({ name, clock, log, count, onOpen, onPause }: NodeHealthOptions): NodeHealth {
  let told: PinnedBlock | null = null;
  let seenAt = 0;
  let low = 0;
  let fault: string | null = null;
  let failedAt: string | undefined;
  /** In a row, at its status and at everything else. */
  const oddErrors = { status: 0, state: 0 };
  let pausedBy: string | null = null;
  let outrunAfterMs: number | undefined;
  let barred = false;
  let standsStill = false;
  let blamedAt = 0;
  let pausedUntil = 0;
  const breaker = createBreaker(speaksAgainstNode, () => {
    log.warn('breaker opened', { node: name, reason: fault });
    count('BreakerOpened');
    onOpen(fault);
  });

  const isPaused = (): boolean => pausedUntil > clock.now();
  const isUnwell = (): boolean => barred || breaker.open || failedAt !== undefined || isPaused();

  function suspect(method: string, why: string): void {
    if (failedAt === undefined) log.warn('node suspected', { node: name, reason: why });
    failedAt = method;
    fault = why;
    blamedAt = clock.now();
  }

  function paused(seconds: number | undefined): void {
    const asked = seconds === undefined ? pauseMs : Math.min(seconds * 1000, longestPauseMs);
    const until = clock.now() + asked;
    if (pauseTo(until, `asked for a pause of ${Math.ceil(asked / 1000)} s`)) onPause(until);
  }

  /** False where it has asked for a longer one already. */
  function pauseTo(until: number, why: string): boolean {
    if (until <= pausedUntil) return false;
    pausedUntil = until;
    pausedBy = why;
    return true;
  }

  return {
    get told() {
      return told;
    },
    get seenAt() {
      return seenAt;
    },
    get low() {
      return low;
    },
    tell(newest, lowest) {
      told = newest;
      seenAt = clock.now();
      low = lowest;
      count('UpstreamHeight', newest.height);
    },

    get reason() {
      if (isPaused()) return pausedBy;
      if (isUnwell()) return fault;
      return standsStill ? oldTip : null;
    },
    get unwell() {
      return isUnwell();
    },
    get suspect() {
      return failedAt !== undefined;
    },
    get failsAtState() {
      return failedAt !== undefined && failedAt !== statusMethod;
    },
    failed(method, error) {
      if (classifyError(error) === 'later') return paused(error.pauseSeconds);
      const kind = kindOf(method);
      oddErrors[kind] += 1;
      if (speaksAgainstNode(error) || oddErrors[kind] >= manyOddErrors) suspect(method, `${method}: ${error.message}`);
    },
    succeeded(method) {
      oddErrors[kindOf(method)] = 0;
      if (method !== statusMethod || failedAt === statusMethod) failedAt = undefined;
    },

    get slow() {
      return outrunAfterMs !== undefined;
    },
    outrun(afterMs) {
      outrunAfterMs = afterMs;
      blamedAt = clock.now();
    },
    answeredAfter(milliseconds) {
      if (milliseconds < (outrunAfterMs ?? 0)) outrunAfterMs = undefined;
    },

    get barred() {
      return barred;
    },
    bar(why, method) {
      if (!barred || fault !== why) log.warn('node barred', { node: name, reason: why });
      count('UpstreamBarred');
      barred = true;
      fault = why;
      blamedAt = clock.now();
      if (method !== undefined) failedAt = method;
    },
    clear(still) {
      barred = false;
      standsStill = still;
    },
    get standsStill() {
      return standsStill;
    },
    get blamedAt() {
      return blamedAt;
    },

    get pausedMs() {
      return Math.max(0, pausedUntil - clock.now());
    },
    get open() {
      return breaker.open;
    },
    get askable() {
      return !breaker.open && !isPaused();
    },
    run: breaker.run,
    hold(why) {
      if (breaker.open) return;
      fault = why;
      breaker.hold();
    },
    close() {
      if (!breaker.open) return;
      failedAt = undefined;
      breaker.close();
    },
    pauseUntil: (until) =>
      void pauseTo(Math.min(until, clock.now() + longestPauseMs), 'asked another process for a pause'),
  };
}
