import { ExponentialBackoff, fullJitterGenerator } from 'cockatiel';
import { pause } from '../../domain/deadline.ts';
import { ChainUnavailable } from '../../domain/errors.ts';
import { NoSuchBlock, RpcFailure } from '../rpc/rpc-failure.ts';
import { isAtItsBest, otherOperatorNext } from './failover-order.ts';
import { hedgedRequest, type NodeAttempt } from './hedge.ts';
import type { Upstream } from './upstream.ts';

/** A pause that all nodes ask for is waited out when it is no longer than this. */
const longestPauseMs = 1_500;
const timerSlackMs = 10;
const longestSpreadMs = 300;
const retries = 2;
const backoff = new ExponentialBackoff({ initialDelay: 100, maxDelay: 1_000, generator: fullJitterGenerator });

export interface FailoverOptions<T> {
  /** Asked anew before each round. */
  readonly candidates: () => readonly Upstream[] | Promise<readonly Upstream[]>;
  readonly all: readonly Upstream[];
  readonly signal: AbortSignal;
  /** More than 1: pauses are waited out for as long as there is time. */
  readonly patience?: number | undefined;
  /** Whether one more request may be sent than one per node: retries and hedges have a budget. */
  readonly spend: (kind: 'retry' | 'hedge') => boolean;
  /** See `stagger`: an absence from a hedge never beats a value. Without `hedgeAfter` no node is asked before another one has failed. */
  readonly hedgeAfter?: (upstream: Upstream) => number | undefined;
  readonly isConclusive?: (got: T) => boolean;
}

/**
 * The first node that gets somewhere (`undefined`: it does not); ChainUnavailable when none does. Where all have failed
 * they are asked once more after a moment, as far as the budget goes; where all have asked for a short pause, after it:
 * a limit of calls per second is no outage.
 */
export async function withFailover<T>(
  { candidates, all, signal, patience = 1, spend, hedgeAfter, isConclusive }: FailoverOptions<T>,
  attempt: NodeAttempt<T>,
): Promise<T> {
  let waiting: ReturnType<typeof backoff.next> | undefined;
  for (let pauses = 0, retried = 0; ; ) {
    const failures = new Map<Upstream, unknown>();
    const order = candidates();
    const got = await hedgedRequest<T>(
      {
        order: otherOperatorNext(Array.isArray(order) ? order : await order),
        signal,
        hedgeAfter: hedgeAfter ?? never,
        // One that is not at its best would not be sooner.
        mayHedge: (upstream) => isAtItsBest(upstream) && spend('hedge'),
        onOutrun: (upstream, afterMs) => upstream.outrun(afterMs),
        isConclusive: isConclusive ?? always,
        failures,
      },
      attempt,
    );
    if (got !== undefined) return got;
    if (signal.aborted) throw unavailable(failures, all, signal);
    const pauseMs = Math.min(...all.map(({ pausedMs }) => pausedMs));
    // Who has patience waits for as long as the nodes say: what they name is their own limit, and no storm.
    const isShort = all.length > 0 && pauseMs > 0 && pauseMs <= longestPauseMs;
    if (isShort && (patience > 1 || (pauses === 0 && spend('retry')))) {
      pauses += 1;
      // A timer may end a moment before the clock says so; and not all that wait shall ask again at one moment.
      await pause(pauseMs + timerSlackMs + Math.random() * longestSpreadMs, signal);
      continue;
    }
    const worthwhile = retried < retries && [...failures].some(([node, error]) => !node.open && mayPass(error));
    if (!worthwhile || !spend('retry')) throw unavailable(failures, all, signal);
    retried += 1;
    waiting = waiting?.next(undefined) ?? backoff.next();
    await pause(waiting.duration, signal);
  }
}

const never = (): undefined => undefined;
const always = (): boolean => true;

/** A failure of the moment. One that a node states as its answer stays so, and one of the guards does. */
const mayPass = (error: unknown): boolean => error instanceof RpcFailure && error.stage !== 'error';

function unavailable(
  failures: ReadonlyMap<Upstream, unknown>,
  all: readonly Upstream[],
  signal: AbortSignal,
): ChainUnavailable {
  const errors = [...failures.values()];
  const [only] = errors;
  // What one node alone has said stands as it is: that nobody serves a method, or that a value cannot be read.
  if (all.length === 1 && only instanceof ChainUnavailable) return only;
  const reasons = all.map(
    (upstream) => `${upstream.name} (${messageOf(failures.get(upstream)) ?? upstream.reason ?? 'not usable'})`,
  );
  const why = all.length === 0 ? 'none is configured' : reasons.join(', ');
  const retryAfter = Math.ceil(Math.min(...all.map(({ pausedMs }) => pausedMs)) / 1000);
  return new ChainUnavailable(signal.aborted ? 'no node answered in time' : `no node can answer: ${why}`, {
    cause: errors.find((error) => error instanceof NoSuchBlock) ?? errors.at(-1),
    ...(all.length > 0 && retryAfter > 0 ? { retryAfter } : {}),
  });
}

const messageOf = (error: unknown): string | undefined =>
  error instanceof ChainUnavailable ? error.message : undefined;
