import type { Upstream } from './upstream.ts';

export interface HedgeOptions<T> {
  readonly order: readonly Upstream[];
  readonly signal: AbortSignal;
  /** How long a node may be silent before the next one is asked too; undefined: until it fails. */
  readonly hedgeAfter: (upstream: Upstream) => number | undefined;
  /** Whether one more request may be sent to this node as a hedge. */
  readonly mayHedge: (upstream: Upstream) => boolean;
  /** Whether the answer of a hedge may end the race while an earlier node is still silent. */
  readonly isConclusive: (got: T) => boolean;
  /** A hedge ended the race while this node, which was asked before, had been silent for `afterMs`. */
  readonly onHedgeWon: (silent: Upstream, afterMs: number) => void;
  readonly failures: Map<Upstream, unknown>;
}

/**
 * `onSent`: the request has left, and the time until a hedge begins. Waiting for a permit or a connection is not the node's
 * silence. An attempt that never calls it is never hedged.
 */
export type NodeAttempt<T> = (upstream: Upstream, signal: AbortSignal, onSent: () => void) => Promise<T | undefined>;

/** A timer this late shows that this process was held up, and maybe the answers too. */
const lateMs = 20;

/**
 * Asks nodes one after another. The next node is asked when one fails, has nothing (`undefined`), or is silent for too
 * long. The first usable answer ends the race, and the requests that are still open are aborted. undefined: no node had any.
 */
export function hedgedRequest<T>(
  { order, signal, hedgeAfter, mayHedge, isConclusive, onHedgeWon, failures }: HedgeOptions<T>,
  attempt: NodeAttempt<T>,
): Promise<T | undefined> {
  return new Promise((resolve) => {
    const running = new Map<Upstream, { readonly controller: AbortController; readonly begun: number }>();
    let timer: NodeJS.Timeout | undefined;
    let next = 0;
    /** An inconclusive answer of a hedge: it counts only when all nodes that were asked before have ended. */
    let inconclusive: T | undefined;

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
      const isDecided = got !== undefined && (upstream === first || isConclusive(got));
      inconclusive ??= got;
      if (isDecided && upstream !== first) onHedgeWon(first, performance.now() - begun);
      if (isDecided) end(got);
      else if (inconclusive === undefined && !signal.aborted && next < order.length) ask();
      else if (running.size === 0) end(inconclusive);
    }

    /** The next node that may still be asked: a node may have asked for a pause, or opened its breaker, since the order was made. */
    function nextUpstream(): Upstream | undefined {
      while (next < order.length && !order[next]?.askable) next += 1;
      return order[next];
    }

    function ask(): void {
      clearTimeout(timer);
      const upstream = nextUpstream();
      if (upstream === undefined) {
        if (running.size === 0) end(inconclusive);
        return;
      }
      next += 1;
      const controller = new AbortController();
      running.set(upstream, { controller, begun: performance.now() });
      const startHedgeTimer = (): void => {
        const silentMs = next < order.length && running.has(upstream) ? hedgeAfter(upstream) : undefined;
        if (silentMs !== undefined) hedgeIn(silentMs);
      };
      attempt(upstream, controller.signal, startHedgeTimer).then(
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
