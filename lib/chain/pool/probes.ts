import { abortIn } from '../../domain/deadline.ts';
import type { Clock } from '../../domain/ports/telemetry.ts';
import { lostState, stateMethod, stateProofOf } from './holds-state.ts';
import type { SharedNodeState } from './shared-node-state.ts';
import type { Upstream } from './upstream.ts';

/** How often this process probes a node that is suspect, barred or slow. */
const unwellEveryMs = 5_000;
/** How often it probes every other node: only a comparison of heights shows which node lags. */
const healthyEveryMs = 10_000;
/** Where all nodes are down, or an operator looks, an open breaker is tried this often; by all processes together. */
const urgentMs = 1_000;
/** While at most one node is well, each of the others is worth an earlier probe. */
const fewLeftMs = 5_000;

export interface Probes {
  /**
   * Probes the nodes that were not asked lately. So no reader waits for a node that is down, and a node that recovered is
   * used again. Callers need not wait for the promise. `atOnce`: an operator looks, so no unwell node waits for its turn.
   */
  probeDue(atOnce?: boolean): Promise<void>;
  /** Where every breaker is open: tries one node, and returns it if it recovered. Concurrent callers share the result. */
  lastResort(): Promise<Upstream | undefined>;
}

export interface ProbesOptions {
  readonly upstreams: readonly Upstream[];
  readonly sharedState: SharedNodeState;
  readonly attemptMs: number;
  readonly clock: Clock;
  /** Asks a node for its status and checks it against the guards. */
  examine(upstream: Upstream, signal: AbortSignal): Promise<unknown>;
}

export function createProbes({ upstreams, sharedState, attemptMs, clock, examine }: ProbesOptions): Probes {
  const probedAt = new Map<Upstream, number>();
  let trying: Promise<Upstream | undefined> | undefined;

  /** Repeats the kind of request that failed: a node may report its status and have lost its state. */
  async function probe(upstream: Upstream): Promise<boolean> {
    probedAt.set(upstream, clock.steady());
    const signal = abortIn(attemptMs * 2);
    const { reportedTip } = upstream;
    try {
      if (upstream.failsAtState && reportedTip !== null) {
        const proof = await stateProofOf(reportedTip, (method, params, decode, about) =>
          upstream.ask(method, params, decode, { signal, unpooled: true, block: about, blame: about !== undefined }),
        );
        if (proof === 'lost') upstream.bar(lostState, stateMethod);
        if (proof === 'lost' || (proof === 'held' && !upstream.barred)) return proof === 'held';
      }
      await examine(upstream, signal);
      return true;
    } catch {
      return false;
    }
  }

  async function probeOpen(upstream: Upstream, afterMs?: number): Promise<boolean> {
    if (!(await sharedState.elect(upstream, afterMs))) return false;
    if (!(await probe(upstream))) return false;
    await sharedState.publishRecovery(upstream);
    return !upstream.isOpen;
  }

  const openAfterMs = (atOnce: boolean): number | undefined => {
    if (atOnce) return urgentMs;
    return upstreams.filter(({ unwell }) => !unwell).length <= 1 ? fewLeftMs : undefined;
  };

  const isDue = (upstream: Upstream, atOnce: boolean): boolean => {
    if (upstream.pausedMs > 0) return false;
    if (upstream.isOpen) {
      const soonest = sharedState.changedAt(upstream) + (openAfterMs(atOnce) ?? Number.POSITIVE_INFINITY);
      return clock.now() >= Math.min(sharedState.nextProbe(upstream) ?? 0, soonest);
    }
    if (atOnce && upstream.failsAtState)
      return clock.steady() - (probedAt.get(upstream) ?? Number.NEGATIVE_INFINITY) >= urgentMs;
    const every =
      upstream.suspect || upstream.overstates || upstream.barred || upstream.slow ? unwellEveryMs : healthyEveryMs;
    return clock.steady() - Math.max(probedAt.get(upstream) ?? 0, upstream.reportedAt, upstream.blamedAt) >= every;
  };

  async function tryLongestUntried(): Promise<Upstream | undefined> {
    const open = upstreams.filter((upstream) => upstream.isOpen && upstream.pausedMs === 0);
    const [upstream] = open.sort((a, b) => sharedState.changedAt(a) - sharedState.changedAt(b));
    if (upstream === undefined) return undefined;
    return (await probeOpen(upstream, urgentMs)) ? upstream : undefined;
  }

  return {
    async probeDue(atOnce = false) {
      const due = upstreams.filter((upstream) => isDue(upstream, atOnce));
      if (due.length === 0) return;
      const afterMs = openAfterMs(atOnce);
      await Promise.all(due.map((upstream) => (upstream.isOpen ? probeOpen(upstream, afterMs) : probe(upstream))));
    },
    lastResort() {
      trying ??= tryLongestUntried().finally(() => {
        trying = undefined;
      });
      return trying;
    },
  };
}
