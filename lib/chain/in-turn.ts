import { ChainUnavailable } from '../domain/errors.ts';
import { RequestRefused, type Upstream } from './upstream.ts';

/** The first node that gets somewhere (`undefined`: it does not); ChainUnavailable when none does. */
export async function inTurn<T>(
  candidates: readonly Upstream[],
  all: readonly Upstream[],
  signal: AbortSignal,
  attempt: (upstream: Upstream) => Promise<T | undefined>,
): Promise<T> {
  let last: unknown;
  for (const upstream of candidates) {
    if (signal.aborted) break;
    try {
      const got = await attempt(upstream);
      if (got !== undefined) return got;
    } catch (error) {
      last = error;
    }
  }
  if (last instanceof RequestRefused) throw last;
  throw new ChainUnavailable(signal.aborted ? 'no node answered in time' : `no node can answer: ${reasons(all)}`, {
    cause: last,
    ...retryAfter(all),
  });
}

const reasons = (all: readonly Upstream[]): string =>
  all.length === 0
    ? 'none is configured'
    : all.map(({ name, reason }) => `${name} (${reason ?? 'not usable'})`).join(', ');

/** Seconds until the first node that asked for a pause may be asked again, where all did. */
function retryAfter(all: readonly Upstream[]): { retryAfter?: number } {
  const shortest = Math.ceil(Math.min(...all.map(({ pausedMs }) => pausedMs)) / 1000);
  return all.length > 0 && shortest > 0 ? { retryAfter: shortest } : {};
}
