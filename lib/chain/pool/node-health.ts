import type { PinnedBlock } from '../../domain/block.ts';
import { messageOf } from '../../domain/errors.ts';
import type { FoundEvidence } from '../../domain/evidence.ts';
import type { Clock, Log, UpstreamMetric } from '../../domain/ports/telemetry.ts';
import type { NodeFault } from '../../domain/progress.ts';
import { classifyError, speaksAgainstNode } from '../rpc/classify-error.ts';
import { RpcFailure } from '../rpc/errors.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import { type BlockAsked, createReportedBlocks, type ReportedBlocks } from './reported-blocks.ts';

export const statusMethod = 'info_get_status';

/**
 * What this process knows of a node's health. A node can be, independently of each other:
 * - suspect: it failed, and has not answered such a request since. It is asked last.
 * - overstating: it reported a block that it does not have. Its state is right, its status is not believed. It is asked last.
 * - barred: a guard is against it (wrong network, lagging, lost state …). Only its status is asked, until it is right again.
 * - slow: a hedge was faster. This is not a fault; other nodes are asked first.
 * - paused: it asked for a pause. It is not asked at all.
 * - open: its breaker is open. Only a prober asks it.
 */
export interface NodeHealth
  extends Pick<ReportedBlocks, 'noteReported' | 'hasReported' | 'overstatedBy' | 'denials' | 'mayBeBelieved'> {
  /** The newest block that the node reported and that was corroborated, and when. */
  readonly reportedTip: PinnedBlock | null;
  readonly reportedAt: number;
  /** The lowest block whose state it holds. */
  readonly lowestBlock: number;
  reportTip(newest: PinnedBlock, lowest: number): void;

  /** Why it is not healthy. */
  readonly reason: string | null;
  /** What is wrong while it is unwell; else null. */
  readonly fault: NodeFault | null;
  /** Suspect, overstating, barred, paused or open. */
  readonly unwell: boolean;
  readonly suspect: boolean;
  /** It is suspect because of another request than its status: a right status proves nothing then. */
  readonly failsAtState: boolean;
  noteFailure(method: string, error: RpcFailure): void;
  noteSuccess(method: string): void;
  readonly slow: boolean;
  /** A hedge answered first, when this node had been silent for so long. */
  lostRace(silentMs: number): void;
  answeredAfter(milliseconds: number): void;
  readonly barred: boolean;
  /** `method`: the request that showed it, where that was not the status. `evidence`: what it sent, where a hash or signatures refute it. */
  bar(reason: string, method?: string, evidence?: FoundEvidence): void;
  /** It does not have a block that it reported (rule ANSWER-5). */
  deny(block: BlockAsked): void;
  readonly overstates: boolean;
  /** It has shown the block that its status reports. */
  believe(): void;
  /** Its status is right. A node whose chain stands still is healthy, and says so in its reason. */
  clear(standsStill: boolean): void;
  readonly standsStill: boolean;
  /** When it last failed, lost a race or was barred. */
  readonly blamedAt: number;

  /** Milliseconds that are left of the pause. */
  readonly pausedMs: number;
  readonly isOpen: boolean;
  /** Neither paused nor open. */
  readonly askable: boolean;
  run: Breaker['run'];
  /** Another process opened the breaker, closed it, or was asked for a pause. */
  openBreaker(reason: string | null, fault?: NodeFault): void;
  closeBreaker(): void;
  pauseUntil(until: number): void;
}

export interface NodeHealthOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly log: Log;
  count(metric: UpstreamMetric, value?: number): void;
  /** This process opened the breaker. `reason` names the failure that opened it. */
  onOpen(reason: string): void;
  /** The node asked this process for a pause. */
  onPause(until: number): void;
  /** What it sent is refuted, and it is barred for it. */
  onRefuted?(reason: string, method: string, evidence: FoundEvidence): void;
}

/** Errors that the requests may have caused: so many in a row count against the node after all. */
const manyOddErrors = 3;
/** For a node that asks for a pause and does not say how long. */
const defaultPauseMs = 1_000;
/** Caps Retry-After, so that a node cannot disable itself for ever. */
const longestPauseMs = 3_600_000;
const oldTip = 'its newest block is old';

/** "HTTP 500 to info_get_status". */
const reasonOf = (method: string, error: unknown): string => `${messageOf(error)} to ${method}`;

const codeOf = (error: unknown): string => {
  if (!(error instanceof RpcFailure)) return 'connection';
  if (error.status !== undefined) return `http_${error.status}`;
  return error.rpcCode === undefined ? error.stage : `rpc_${error.rpcCode}`;
};

/** Without what changes from one status to the next. */
const kindOfReason = (reason: string): string => reason.replace(/\d+/g, '');

const kindOf = (method: string) => (method === statusMethod ? 'status' : 'state');

export function createNodeHealth({
  name,
  clock,
  log,
  count,
  onOpen,
  onPause,
  onRefuted,
}: NodeHealthOptions): NodeHealth {
  let reportedTip: PinnedBlock | null = null;
  let reportedAt = 0;
  let lowestBlock = 0;
  let fault: string | null = null;
  let kindOfFault: Omit<NodeFault, 'since'> = { code: 'breaker', method: null };
  /** By the wall clock, like all that is shown. */
  let unwellSince = 0;
  /** The method of the failure that makes it suspect. */
  let failedAt: string | undefined;
  /** In a row: for its status, and for everything else. */
  const oddErrors = { status: 0, state: 0 };
  let pauseReason: string | null = null;
  let lostRaceAfterMs: number | undefined;
  let barred = false;
  /** The kind of the reason that was logged last, until the node has recovered. */
  let barredFor: string | undefined;
  let standsStill = false;
  let overstatement: string | null = null;
  let blamedAt = 0;
  let pausedUntil = 0;
  // The breaker opens before `noteFailure` records the failure, so the reason comes from the failure itself.
  const breaker = createBreaker(speaksAgainstNode, (error, method) => {
    const reason = reasonOf(method, error);
    if (!isOtherwiseUnwell()) unwellSince = clock.now();
    kindOfFault = { code: codeOf(error), method };
    log.warn('breaker opened', { node: name, reason });
    count('BreakerOpened');
    onOpen(reason);
  });

  const blocks = createReportedBlocks(clock);

  const isPaused = (): boolean => pausedUntil > clock.steady();
  const overstates = (): boolean => blocks.overstatedBy > 0;
  const isOtherwiseUnwell = (): boolean => barred || failedAt !== undefined || isPaused() || overstates();
  const isUnwell = (): boolean => isOtherwiseUnwell() || breaker.isOpen;

  /** To be called before it becomes unwell. */
  function noteUnwell(since = clock.now()): void {
    if (!isUnwell()) unwellSince = since;
  }

  /** Said once, as the failure was. */
  function noteRecovery(wasUnwell: boolean): void {
    if (!wasUnwell || isUnwell()) return;
    barredFor = undefined;
    log.info('node recovered', { node: name });
  }

  function markSuspect(method: string, why: string, error: RpcFailure): void {
    noteUnwell();
    kindOfFault = { code: codeOf(error), method };
    if (failedAt === undefined) log.warn('node suspected', { node: name, reason: why });
    failedAt = method;
    fault = why;
    blamedAt = clock.steady();
  }

  function notePause(seconds: number | undefined): void {
    const milliseconds = seconds === undefined ? defaultPauseMs : Math.min(seconds * 1000, longestPauseMs);
    const isLonger = extendPause(milliseconds, `asked for a pause of ${Math.ceil(milliseconds / 1000)} s`);
    if (isLonger) onPause(clock.now() + milliseconds);
  }

  /** False where a longer pause holds already. */
  function extendPause(milliseconds: number, why: string): boolean {
    const until = clock.steady() + milliseconds;
    if (until <= pausedUntil) return false;
    noteUnwell();
    pausedUntil = until;
    pauseReason = why;
    return true;
  }

  return {
    get reportedTip() {
      return reportedTip;
    },
    get reportedAt() {
      return reportedAt;
    },
    get lowestBlock() {
      return lowestBlock;
    },
    reportTip(newest, lowest) {
      reportedTip = newest;
      reportedAt = clock.steady();
      lowestBlock = lowest;
      count('UpstreamHeight', newest.height);
    },

    get reason() {
      if (isPaused()) return pauseReason;
      if (barred || breaker.isOpen || failedAt !== undefined) return fault;
      if (overstates()) return overstatement;
      return standsStill ? oldTip : null;
    },
    get fault() {
      if (!isUnwell()) return null;
      if (isPaused()) return { code: 'paused', method: null, since: unwellSince };
      if (barred || breaker.isOpen || failedAt !== undefined) return { ...kindOfFault, since: unwellSince };
      return { code: 'overstates', method: null, since: unwellSince };
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
    noteFailure(method, error) {
      if (classifyError(error) === 'later') return notePause(error.pauseSeconds);
      const kind = kindOf(method);
      oddErrors[kind] += 1;
      if (speaksAgainstNode(error) || oddErrors[kind] >= manyOddErrors)
        markSuspect(method, reasonOf(method, error), error);
    },
    noteSuccess(method) {
      oddErrors[kindOf(method)] = 0;
      const wasUnwell = isUnwell();
      if (method !== statusMethod || failedAt === statusMethod) failedAt = undefined;
      noteRecovery(wasUnwell);
    },

    get slow() {
      return lostRaceAfterMs !== undefined;
    },
    lostRace(silentMs) {
      lostRaceAfterMs = silentMs;
      blamedAt = clock.steady();
    },
    answeredAfter(milliseconds) {
      if (milliseconds < (lostRaceAfterMs ?? 0)) lostRaceAfterMs = undefined;
    },

    get barred() {
      return barred;
    },
    bar(why, method, evidence) {
      if (barredFor !== kindOfReason(why)) log.warn('node barred', { node: name, reason: why });
      barredFor = kindOfReason(why);
      count('UpstreamBarred');
      noteUnwell();
      kindOfFault = { code: 'barred', method: method ?? null };
      barred = true;
      fault = why;
      blamedAt = clock.steady();
      if (method !== undefined) failedAt = method;
      if (evidence !== undefined) onRefuted?.(why, method ?? statusMethod, evidence);
    },
    noteReported: blocks.noteReported,
    hasReported: blocks.hasReported,
    get overstatedBy() {
      return blocks.overstatedBy;
    },
    get denials() {
      return blocks.denials;
    },
    get mayBeBelieved() {
      return blocks.mayBeBelieved;
    },
    get overstates() {
      return overstates();
    },
    deny(block) {
      overstatement = `reports block ${block.height ?? block.hash}, which it does not have`;
      if (!overstates()) log.warn('node reports blocks that it does not have', { node: name, reason: overstatement });
      noteUnwell();
      blocks.noteDenied(block);
      blamedAt = clock.steady();
      // A block that does not exist must not make the other nodes seem to lag.
      if (reportedTip !== null && blocks.isDenied(reportedTip)) reportedTip = null;
    },
    believe() {
      const wasUnwell = isUnwell();
      blocks.believe();
      noteRecovery(wasUnwell);
    },
    clear(still) {
      const wasUnwell = isUnwell();
      barred = false;
      standsStill = still;
      noteRecovery(wasUnwell);
    },
    get standsStill() {
      return standsStill;
    },
    get blamedAt() {
      return blamedAt;
    },

    get pausedMs() {
      return Math.max(0, pausedUntil - clock.steady());
    },
    get isOpen() {
      return breaker.isOpen;
    },
    get askable() {
      return !breaker.isOpen && !isPaused();
    },
    run: breaker.run,
    openBreaker(why, known) {
      if (breaker.isOpen) return;
      noteUnwell(known?.since);
      if (known !== undefined) kindOfFault = known;
      fault = why;
      breaker.open();
    },
    closeBreaker() {
      if (!breaker.isOpen) return;
      failedAt = undefined;
      breaker.close();
      log.info('breaker closed', { node: name });
    },
    pauseUntil: (until) =>
      void extendPause(Math.min(until - clock.now(), longestPauseMs), 'asked another process for a pause'),
  };
}
