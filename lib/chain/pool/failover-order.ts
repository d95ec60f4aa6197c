import { unlessAborted } from '../../domain/deadline.ts';
import type { Upstream } from './upstream.ts';

/** A node counts as slower when it takes this many times as long as the fastest one, and this many milliseconds longer. */
const slowFactor = 3;
const slowMs = 100;

/**
 * The nodes that may be asked, best first. That is the configured order, except that nodes come later which must be waited
 * for, are much slower than another one, or failed at the last request. A node that recovered is back in its own place.
 */
function failoverOrder(upstreams: readonly Upstream[]): Upstream[] {
  const usable = upstreams.filter(({ askable }) => askable);
  if (usable.length < 2) return usable;
  const fastest = Math.min(
    ...usable.map(({ suspect, recent }) => (suspect ? undefined : recent.expectedMs) ?? Infinity),
  );
  const rank = ({ suspect, barred, overstates, waitMs, slow, recent }: Upstream): number => {
    const expected = recent.expectedMs ?? 0;
    const isSlower = expected > fastest * slowFactor && expected > fastest + slowMs;
    return (suspect || barred || overstates ? 4 : 0) + (waitMs() > 0 ? 2 : 0) + (slow || isSlower ? 1 : 0);
  };
  const ranked = usable.map((upstream) => ({ upstream, rank: rank(upstream) }));
  if (ranked.every((entry) => entry.rank === 0)) return usable;
  return ranked.sort((a, b) => a.rank - b.rank).map(({ upstream }) => upstream);
}

export interface CandidateOptions {
  /** The node to ask first. */
  readonly prefer?: Upstream | undefined;
  /** The one node to ask. */
  readonly only?: Upstream;
  readonly exclude?: ReadonlySet<Upstream>;
}

/** Trusted nodes (not barred), best first. The preferred node is first, unless it failed or was slow in the meantime. */
export function trustedNodes(
  upstreams: readonly Upstream[],
  { exclude, prefer, only }: CandidateOptions = {},
): Upstream[] {
  const order = failoverOrder(upstreams).filter(
    (upstream) => !upstream.barred && !exclude?.has(upstream) && (only === undefined || upstream === only),
  );
  if (
    prefer === undefined ||
    prefer.suspect ||
    prefer.overstates ||
    prefer.slow ||
    prefer === order[0] ||
    !order.includes(prefer)
  )
    return order;
  return [prefer, ...order.filter((upstream) => upstream !== prefer)];
}

/** For a call that is not essential: no node that refuses the method, and no suspect or slow one while there is another. */
export function willingNodes(upstreams: readonly Upstream[], method: string, options: CandidateOptions): Upstream[] {
  const order = trustedNodes(upstreams, options);
  const healthy = order.filter(({ suspect, overstates, slow }) => !suspect && !overstates && !slow);
  return (healthy.length > 0 ? healthy : order).filter((upstream) => !upstream.refuses(method));
}

/** For the tip. Where every breaker is open, the node that was tried longest ago gets one more try. */
export async function tipNodes(
  upstreams: readonly Upstream[],
  lastResort: () => Promise<Upstream | undefined>,
  signal: AbortSignal,
): Promise<readonly Upstream[]> {
  const order = failoverOrder(upstreams);
  if (order.length > 0) return order;
  const recovered = await unlessAborted(lastResort(), signal);
  return recovered === undefined ? failoverOrder(upstreams) : [recovered];
}

/** Nothing speaks against the node: a hedge sent to it may well be faster. */
export const isAtItsBest = ({ suspect, barred, overstates, slow, waitMs, askable }: Upstream): boolean =>
  askable && !suspect && !barred && !overstates && !slow && waitMs() === 0;

/** The node to ask after the first one: rather one of another operator, if it is at its best. */
export function otherOperatorNext(order: readonly Upstream[]): readonly Upstream[] {
  const [first, ...rest] = order;
  if (first === undefined || first.operator === null || rest.length < 2) return order;
  const rank = (node: Upstream): number => (isAtItsBest(node) ? Number(node.operator === first.operator) : 2);
  return [first, ...rest.sort((a, b) => rank(a) - rank(b))];
}
