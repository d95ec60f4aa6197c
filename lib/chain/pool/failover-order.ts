import type { Upstream } from './upstream.ts';

/** A node is passed over as slow when it takes so many times as long as the fastest one, and so much longer. */
const slowFactor = 3;
const slowMs = 100;

/**
 * The nodes that may be asked, best first: the configured order, but for those that must be waited for, that are much
 * slower than another one, or that failed at what they were last asked. Who has recovered is at its own place again.
 */
export function failoverOrder(upstreams: readonly Upstream[]): Upstream[] {
  const usable = upstreams.filter(({ askable }) => askable);
  if (usable.length < 2) return usable;
  const fastest = Math.min(
    ...usable.map(({ suspect, recent }) => (suspect ? undefined : recent.expectedMs) ?? Infinity),
  );
  const rank = ({ suspect, barred, waitMs, slow, recent }: Upstream): number => {
    const expected = recent.expectedMs ?? 0;
    const slower = expected > fastest * slowFactor && expected > fastest + slowMs;
    return (suspect || barred ? 4 : 0) + (waitMs() > 0 ? 2 : 0) + (slow || slower ? 1 : 0);
  };
  const ranked = usable.map((upstream) => ({ upstream, rank: rank(upstream) }));
  if (ranked.every((one) => one.rank === 0)) return usable;
  return ranked.sort((a, b) => a.rank - b.rank).map(({ upstream }) => upstream);
}

export const isAtItsBest = ({ suspect, barred, slow, waitMs, askable }: Upstream): boolean =>
  askable && !suspect && !barred && !slow && waitMs() === 0;

/** Whom to ask besides the first one, when that is silent: rather one of another operator. */
export function otherOperatorNext(order: readonly Upstream[]): readonly Upstream[] {
  const [first, ...rest] = order;
  if (first === undefined || first.operator === null || rest.length < 2) return order;
  // Of those that are as good: one that fails is no better for being another's.
  const rank = (one: Upstream): number => (isAtItsBest(one) ? Number(one.operator === first.operator) : 2);
  return [first, ...rest.sort((a, b) => rank(a) - rank(b))];
}
