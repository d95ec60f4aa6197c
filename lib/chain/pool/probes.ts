import { abortIn } from '../../domain/deadline.ts';
import type { Clock } from '../../domain/ports/telemetry.ts';
import { holdsState, lostState, stateMethod } from './holds-state.ts';
import type { SharedNodeState } from './shared-node-state.ts';
import type { Upstream } from './upstream.ts';

/** How often this process looks again after a node that failed it, or that a guard bars. */
const lookAgainMs = 5_000;
/** How often all nodes' heights are compared: only that shows which of them lags. */
export const compareEveryMs = 10_000;

export interface Probes {
  /**
   * Asks the nodes that nobody else asks, so that no reader waits for one that is down, and each is taken again when it has
   * recovered. Nothing of it is waited for; the promise is for those who want to know.
   */
  onTheSide(): Promise<void>;
  /** One node whose breaker is open, where no other one is left: undefined when it has been tried just now. */
  lastResort(): Promise<Upstream | undefined>;
}

export interface ProbesOptions {
  readonly upstreams: readonly Upstream[];
  readonly fleet: SharedNodeState;
  readonly attemptMs: number;
  readonly clock: Clock;
  /** Asks a node for its status, and holds it against the guards. */
  examine(upstream: Upstream, signal: AbortSignal): Promise<unknown>;
}

export function createProbes({ upstreams, fleet, attemptMs, clock, examine }: ProbesOptions): Probes {
  const lookedAt = new Map<Upstream, number>();
  let trying: Promise<Upstream | undefined> | undefined;

  /** By the kind of call that it failed at: a node may tell its status and have lost its state. */
  async function probe(upstream: Upstream): Promise<boolean> {
    lookedAt.set(upstream, clock.now());
    const signal = abortIn(attemptMs * 2);
    const { told } = upstream;
    try {
      if (upstream.failsAtState && told !== null) {
        const held = await holdsState(told, (method, params) =>
          upstream.ask(method, params, () => true, { signal, unpooled: true }),
        );
        if (!held) upstream.bar(lostState, stateMethod);
        if (!held || !upstream.barred) return held;
      }
      await examine(upstream, signal);
      return true;
    } catch {
      return false;
    }
  }

  async function probeOpen(upstream: Upstream, early = false): Promise<boolean> {
    if (!(await fleet.elect(upstream, early))) return false;
    if (!(await probe(upstream))) return false;
    await fleet.recovered(upstream);
    return !upstream.open;
  }

  const isDue = (upstream: Upstream): boolean => {
    if (upstream.pausedMs > 0) return false;
    const now = clock.now();
    if (upstream.open) return now >= (fleet.nextProbe(upstream) ?? 0);
    const every = upstream.suspect || upstream.barred || upstream.slow ? lookAgainMs : compareEveryMs;
    return now - Math.max(lookedAt.get(upstream) ?? 0, upstream.seenAt, upstream.blamedAt) >= every;
  };

  async function longestUntried(): Promise<Upstream | undefined> {
    const open = upstreams.filter((upstream) => upstream.open && upstream.pausedMs === 0);
    const [upstream] = open.sort((a, b) => fleet.changedAt(a) - fleet.changedAt(b));
    if (upstream === undefined) return undefined;
    return (await probeOpen(upstream, true)) ? upstream : undefined;
  }

  return {
    async onTheSide() {
      const due = upstreams.filter(isDue);
      if (due.length === 0) return;
      await Promise.all(due.map((upstream) => (upstream.open ? probeOpen(upstream) : probe(upstream))));
    },
    // Whoever comes while it is tried waits for what comes of it.
    lastResort() {
      trying ??= longestUntried().finally(() => {
        trying = undefined;
      });
      return trying;
    },
  };
}
