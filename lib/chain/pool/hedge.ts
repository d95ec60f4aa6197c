import type { Upstream } from './upstream.ts';

export interface HedgeOptions<T> {
  readonly order: readonly Upstream[];
  readonly signal: AbortSignal;
  /** How long a node may be silent before the next one is asked as well; undefined: until it fails. */
  readonly hedgeAfter: (upstream: Upstream) => number | undefined;
  /** Whether one more request may be sent to hedge, to this node. */
  readonly mayHedge: (upstream: Upstream) => boolean;
  /** Whether what a later node says may end the race while an earlier one is still silent. */
  readonly isConclusive: (got: T) => boolean;
  /** A node asked later has ended the race while this one was silent. */
  readonly onOutrun: (upstream: Upstream, afterMs: number) => void;
  readonly failures: Map<Upstream, unknown>;
}

/** `onSent`: the request has left; what it waited for before is no silence of the node's. */
export type NodeAttempt<T> = (upstream: Upstream, signal: AbortSignal, onSent: () => void) => Promise<T | undefined>;

/** A timer that ends so much too late was held up by this process itself, and maybe the answers were, too. */
const lateMs = 20;

/**
 * Asks nodes one after another: the next when one fails, or gets nowhere (`undefined`), or is silent for long. The first
 * that gets somewhere ends it, and those that are still silent are abandoned. undefined when none does.
 */
export function hedgedRequest<T>(
  { order, signal, hedgeAfter, mayHedge, isConclusive, onOutrun, failures }: HedgeOptions<T>,
  attempt: NodeAttempt<T>,
): Promise<T | undefined> {
  return new Promise((resolve) => {
    const running = new Map<Upstream, { readonly controller: AbortController; readonly begun: number }>();
    let timer: NodeJS.Timeout | undefined;
    let next = 0;
    /** From a hedge, and not conclusive: it counts once those asked before it have had their say. */
    let held: T | undefined;

    const abandon = (): void => {
      for (const { controller } of running.values()) controller.abort();
    };
    function end(got: T | undefined): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', abandon);
      resolve(got);
      const losers = [...running.values()];
      running.clear();
      for (const { controller } of losers) controller.abort();
    }

    function ended(upstream: Upstream, got: T | undefined): void {
      if (!running.has(upstream)) return;
      const [[first, { begun }] = [upstream, { begun: 0 }]] = running;
      running.delete(upstream);
      const settled = got !== undefined && (upstream === first || isConclusive(got));
      held ??= got;
      if (settled && upstream !== first) onOutrun(first, performance.now() - begun);
      if (settled) end(got);
      else if (held === undefined && !signal.aborted && next < order.length) ask();
      else if (running.size === 0) end(held);
    }

    /** The next one that may still be asked: since the order was made one may have asked for a pause, or failed too often. */
    function nextUpstream(): Upstream | undefined {
      while (next < order.length && !order[next]?.askable) next += 1;
      return order[next];
    }

    function ask(): void {
      clearTimeout(timer);
      const upstream = nextUpstream();
      if (upstream === undefined) {
        if (running.size === 0) end(held);
        return;
      }
      next += 1;
      const controller = new AbortController();
      running.set(upstream, { controller, begun: performance.now() });
      const hedge = (): void => {
        const silentMs = next < order.length && running.has(upstream) ? hedgeAfter(upstream) : undefined;
        if (silentMs !== undefined) hedgeIn(silentMs);
      };
      attempt(upstream, controller.signal, hedge).then(
        (got) => ended(upstream, got),
        (error: unknown) => {
          if (running.has(upstream)) failures.set(upstream, error);
          ended(upstream, undefined);
        },
      );
    }

    function hedgeIn(silentMs: number): void {
      const due = performance.now() + silentMs;
      clearTimeout(timer);
      timer = setTimeout(() => {
        const upstream = nextUpstream();
        if (performance.now() - due > lateMs) hedgeIn(lateMs);
        else if (upstream !== undefined && mayHedge(upstream)) ask();
      }, silentMs);
    }

    if (order.length === 0 || signal.aborted) return resolve(undefined);
    signal.addEventListener('abort', abandon, { once: true });
    ask();
  });
}
