import { withTimeout } from '../../domain/deadline.ts';
import { messageOf } from '../../domain/errors.ts';
import { type Explanation, explanationSeconds, isFailure, type KeptReason } from '../../domain/explanation.ts';
import type { Service } from '../../domain/service.ts';
import type { Trace } from '../../domain/trace.ts';
import { flushTimeoutMs } from '../store-access.ts';

export interface Explained {
  readonly requestId: string;
  readonly route: string;
  readonly status: number;
  /** Of an error; null: none. */
  readonly code: string | null;
  readonly detail: string | null;
  readonly trace: Trace;
  /** Milliseconds until the function must have answered. */
  readonly timeLeftMs?: number;
}

/** After a write that failed, no answer waits for another one for so long. */
const pauseMs = 10_000;
/** Rule EXPLAIN-3: so many a second in each process; the last ones are for what failed. */
const mostPerSecond: Readonly<Record<KeptReason, number>> = { failed: 5, stale: 4, sampled: 3 };

/** Says whether the explanation was kept. Its failure, or its delay, is none of the request. */
export type KeepExplanation = (explained: Explained) => Promise<boolean>;

type Parts = Pick<Service, 'explanations' | 'clock' | 'traffic' | 'log'> & {
  /** Which share of the other requests is kept: 0 to 1. */
  readonly share: number;
};

/** Of a process. Rule EXPLAIN-2: all that failed or are stale, and a share of the others, within the rate. */
export function createKeepExplanation({ explanations, clock, traffic, log, share }: Parts): KeepExplanation {
  let second = { began: Number.NEGATIVE_INFINITY, kept: 0 };
  let pausedUntil = Number.NEGATIVE_INFINITY;

  function reasonFor({ code, trace }: Explained): KeptReason | undefined {
    // The time was up, and the request has been answered.
    if (trace.isOver) return undefined;
    if (isFailure(code) || trace.hasFailed) return 'failed';
    if (trace.isEmpty) return undefined;
    if (trace.isStale) return 'stale';
    return share > 0 && (share >= 1 || traffic.isDrawn(share)) ? 'sampled' : undefined;
  }

  /** Takes one of this second's places. */
  function mayKeep(reason: KeptReason, now: number): boolean {
    if (now - second.began >= 1_000) second = { began: now, kept: 0 };
    if (now < pausedUntil || second.kept >= mostPerSecond[reason]) return false;
    second.kept += 1;
    return true;
  }

  return async (explained) => {
    const reason = reasonFor(explained);
    const now = clock.steady();
    const waitMs = Math.min(flushTimeoutMs, explained.timeLeftMs ?? flushTimeoutMs);
    if (reason === undefined || waitMs <= 0 || !mayKeep(reason, now)) return false;
    const expiresAt = Math.floor(clock.now() / 1000) + explanationSeconds;
    const kept = explanations.keep(explanationOf(explained, reason, clock.now()), expiresAt).then(
      () => true,
      (error: unknown) => {
        log.warn('an explanation was not kept', { error: messageOf(error) });
        return false;
      },
    );
    const isKept = (await withTimeout(kept, waitMs)) === true;
    if (!isKept) pausedUntil = now + pauseMs;
    return isKept;
  };
}

function explanationOf({ trace, ...explained }: Explained, keptBecause: KeptReason, now: number): Explanation {
  const { requestId, route, status, code, detail } = explained;
  const tookMs = trace.elapsedMs();
  const at = new Date(now - tookMs).toISOString();
  return { requestId, route, at, tookMs, keptBecause, status, code, detail, ...trace.end() };
}
