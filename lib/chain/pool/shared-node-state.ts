import { randomUUID } from 'node:crypto';
import type { NodeTransition } from '../../domain/ports/chain.ts';
import type { ProgressStore } from '../../domain/ports/progress-store.ts';
import type { Clock, Log } from '../../domain/ports/telemetry.ts';
import type { NodeMemory } from '../../domain/progress.ts';
import type { Upstream } from './upstream.ts';

/**
 * What all processes share of their nodes, in the progress table: breakers and pauses. It is written when one changes, and
 * only then (rule ITEM-1: no claim is conditional on it).
 */
export interface SharedNodeState {
  /** Takes over what the table says. A copy older than the one known changes nothing. */
  learn(nodes: Readonly<Record<string, NodeMemory>>, upstreams: readonly Upstream[]): void;
  publishOpening(upstream: Upstream, reason: string): void;
  publishPause(upstream: Upstream, until: number): void;
  /**
   * True for the one process that may probe the node in this window. `afterMs`: the window need not have passed, only so much
   * time since the last change. Only an elected process can publish a recovery.
   */
  elect(upstream: Upstream, afterMs?: number): Promise<boolean>;
  /** The elected process got a right answer: closes the breaker, unless another process has been elected since. */
  publishRecovery(upstream: Upstream): Promise<void>;
  /** When the node may be probed; undefined while its breaker is closed, or its opening is not yet published. */
  nextProbe(upstream: Upstream): number | undefined;
  /** When the table's item of the node last changed. */
  changedAt(upstream: Upstream): number;
  /** Resolves when every change is published. */
  flushed(): Promise<void>;
}

const firstWindowMs = 10_000;
const longestWindowMs = 60_000;
/** A window further ahead was set by another clock that is ahead, or before this one was set back: the node may be probed. */
const clockSlackMs = 2_000;
/** A shorter pause is over before another process could learn of it. */
const leastPublishedPauseMs = 1_500;

const unknown: NodeMemory = {
  token: 0,
  by: '',
  changedAt: 0,
  open: false,
  probeAt: 0,
  failedProbes: 0,
  pausedUntil: 0,
  reason: null,
};

type Change = Partial<Omit<NodeMemory, 'token' | 'by' | 'changedAt'>>;

const windowAfter = (failedProbes: number): number => Math.min(firstWindowMs * 2 ** failedProbes, longestWindowMs);

export interface SharedNodeStateParts {
  readonly store: Pick<ProgressStore, 'noteNode'>;
  readonly clock: Clock;
  readonly log: Log;
  /** This process closed the breaker for all processes. */
  onClosed(upstream: Upstream): void;
  /** This process opened or closed the breaker in the table. Only `flushed` waits for it; a failure is logged. */
  readonly onTransition?: ((transition: NodeTransition) => Promise<void>) | undefined;
}

export function createSharedNodeState({
  store,
  clock,
  log,
  onClosed,
  onTransition = async () => undefined,
}: SharedNodeStateParts): SharedNodeState {
  const by = randomUUID();
  const known = new Map<Upstream, NodeMemory>();
  /** The tokens with which this process was elected. */
  const elected = new Map<Upstream, number>();
  /** One change per node at a time: each one names the token of the change before. */
  const publishing = new Map<Upstream, Promise<unknown>>();
  /** Transitions are reported one after another, so those of one node in their order. */
  let reporting: Promise<unknown> = Promise.resolve();

  const memoryOf = (upstream: Upstream): NodeMemory => known.get(upstream) ?? unknown;

  const isFarAhead = (moment: number, byMs: number): boolean => moment > clock.now() + byMs + clockSlackMs;
  const probeAtOf = ({ probeAt }: NodeMemory): number => (isFarAhead(probeAt, longestWindowMs) ? 0 : probeAt);
  const changedAtOf = ({ changedAt }: NodeMemory): number => (isFarAhead(changedAt, 0) ? 0 : changedAt);

  function adopt(upstream: Upstream, stored: NodeMemory): void {
    known.set(upstream, stored);
    // By the clock of the process that wrote it, the pause had so much left then.
    upstream.pauseUntil(Math.min(stored.pausedUntil, clock.now() + stored.pausedUntil - stored.changedAt));
    if (stored.open) upstream.openBreaker(stored.reason, stored.fault);
    else upstream.closeBreaker();
  }

  /** True when the change holds. Where the table cannot be reached, this process goes on alone with what it knows. */
  async function publish(upstream: Upstream, change: Change): Promise<boolean> {
    const seen = memoryOf(upstream);
    const next = { ...seen, ...change, token: seen.token + 1, by, changedAt: clock.now() };
    try {
      const { kept, there } = await store.noteNode(upstream.name, next, seen.token);
      if (kept) known.set(upstream, next);
      if (kept && next.open !== seen.open) reportTransition({ node: upstream.name, ...next });
      if (!kept) adopt(upstream, there ?? unknown);
      return kept;
    } catch {
      log.warn('node state could not be shared', { node: upstream.name });
      known.set(upstream, { ...next, token: seen.token });
      return true;
    }
  }

  function reportTransition({ node, open, reason, changedAt: at }: NodeMemory & { readonly node: string }): void {
    reporting = reporting
      .then(() => onTransition({ node, open, reason, at }))
      .catch(() => log.warn('breaker transition could not be recorded', { node, open }));
  }

  function oneByOne<T>(upstream: Upstream, work: () => Promise<T>): Promise<T> {
    const done = (publishing.get(upstream) ?? Promise.resolve()).then(work, work);
    publishing.set(upstream, done);
    const end = (): void => {
      if (publishing.get(upstream) === done) publishing.delete(upstream);
    };
    done.then(end, end);
    return done;
  }

  return {
    learn(nodes, upstreams) {
      for (const upstream of upstreams) {
        const stored = nodes[upstream.name];
        if (stored === undefined || publishing.has(upstream)) continue;
        if (stored.token > memoryOf(upstream).token) adopt(upstream, stored);
      }
    },

    publishOpening(upstream, reason) {
      void oneByOne(upstream, async () => {
        const fault = upstream.fault ?? undefined;
        const opening = {
          open: true,
          probeAt: clock.now() + windowAfter(0),
          failedProbes: 0,
          reason,
          ...(fault && { fault }),
        };
        // Another process changed something else in the meantime: publish once more.
        if (!(await publish(upstream, opening)) && !memoryOf(upstream).open) await publish(upstream, opening);
        if (memoryOf(upstream).open) upstream.openBreaker(reason);
      });
    },

    publishPause(upstream, until) {
      if (until - clock.now() < leastPublishedPauseMs) return;
      void oneByOne(upstream, async () => {
        for (let attempt = 1; attempt <= 2 && memoryOf(upstream).pausedUntil < until; attempt += 1) {
          if (await publish(upstream, { pausedUntil: until })) return;
        }
      });
    },

    elect: (upstream, afterMs = Number.POSITIVE_INFINITY) =>
      oneByOne(upstream, async () => {
        const { failedProbes, open } = memoryOf(upstream);
        const now = clock.now();
        if (now < Math.min(probeAtOf(memoryOf(upstream)), changedAtOf(memoryOf(upstream)) + afterMs)) return false;
        // The window moves before the probe is sent: a probe that dies with its process counts as a failed one.
        const next = { probeAt: now + windowAfter(failedProbes + 1), failedProbes: failedProbes + 1, open: true };
        if (!open || !(await publish(upstream, next))) return false;
        elected.set(upstream, memoryOf(upstream).token);
        return true;
      }),

    publishRecovery: (upstream) =>
      oneByOne(upstream, async () => {
        if (elected.get(upstream) !== memoryOf(upstream).token) return;
        elected.delete(upstream);
        const closing = { open: false, probeAt: 0, failedProbes: 0, reason: null };
        if (!(await publish(upstream, closing))) return;
        upstream.closeBreaker();
        onClosed(upstream);
      }),

    nextProbe(upstream) {
      const memory = memoryOf(upstream);
      return upstream.isOpen && memory.open ? probeAtOf(memory) : undefined;
    },

    changedAt: (upstream) => changedAtOf(memoryOf(upstream)),

    async flushed() {
      await Promise.allSettled(publishing.values());
      await reporting;
    },
  };
}
