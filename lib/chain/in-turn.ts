import { setTimeout as wait } from 'node:timers/promises';
import { ChainUnavailable } from '../domain/errors.ts';
import { NoSuchBlock } from './rpc-failure.ts';
import type { Upstream } from './upstream.ts';

/** A pause that all nodes ask for is waited out when it is no longer than this. */
const longestPauseMs = 1_500;
const timerSlackMs = 10;
const longestSpreadMs = 400;

export interface Turn {
  /** Asked anew after each pause. */
  readonly candidates: () => readonly Upstream[];
  readonly all: readonly Upstream[];
  readonly signal: AbortSignal;
  /** More than 1: pauses are waited out for as long as there is time. */
  readonly patience?: number | undefined;
}

/**
 * The first node that gets somewhere (`undefined`: it does not); ChainUnavailable when none does. Where every node has
 * asked for a short pause, they are asked again after it: a limit of calls per second is no outage.
 */
export async function inTurn<T>(
  { candidates, all, signal, patience = 1 }: Turn,
  attempt: (upstream: Upstream) => Promise<T | undefined>,
): Promise<T> {
  for (let pauses = 0; ; pauses += 1) {
    const failures = new Map<Upstream, unknown>();
    for (const upstream of candidates()) {
      if (signal.aborted) break;
      try {
        const got = await attempt(upstream);
        if (got !== undefined) return got;
      } catch (error) {
        failures.set(upstream, error);
      }
    }
    const pauseMs = Math.min(...all.map(({ pausedMs }) => pausedMs));
    const wanted = all.length > 0 && pauseMs > 0 && pauseMs <= longestPauseMs && (pauses === 0 || patience > 1);
    if (signal.aborted || !wanted) throw unavailable(failures, all, signal);
    // A timer may end a moment before the clock says so; and not all that wait shall ask again at one moment.
    const spreadMs = patience > 1 ? Math.random() * longestSpreadMs : 0;
    await wait(pauseMs + timerSlackMs + spreadMs, undefined, { signal }).catch(() => undefined);
  }
}

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
