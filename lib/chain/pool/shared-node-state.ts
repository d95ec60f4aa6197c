import { randomUUID } from 'node:crypto';
import type { NodeTransition } from '../../domain/ports/chain.ts';
import type { ProgressStore } from '../../domain/ports/progress-store.ts';
import type { Clock, Log } from '../../domain/ports/telemetry.ts';
import type { NodeMemory } from '../../domain/progress.ts';
import type { Upstream } from './upstream.ts';

/** What all processes share of their nodes, in the progress table: breakers and pauses, written when they change. */
export interface SharedNodeState {
  /** What the table says, as of some moment: an older sight than the one known changes nothing. */
  learn(nodes: Readonly<Record<string, NodeMemory>>, upstreams: readonly Upstream[]): void;
  opened(upstream: Upstream, reason: string | null): void;
  paused(upstream: Upstream, until: number): void;
  /**
   * True for the one process that may probe the node in this window; `early`: where no other node is left to ask, a window
   * need not have passed. Only being elected leads to `recovered`.
   */
  elect(upstream: Upstream, early?: boolean): Promise<boolean>;
  /** The elected process has had a right answer: closes the breaker, unless another process has been elected since. */
  recovered(upstream: Upstream): Promise<void>;
  /** When it may be probed; undefined while its breaker is closed, or has just opened. */
  nextProbe(upstream: Upstream): number | undefined;
  /** When anything about it was last told. */
  changedAt(upstream: Upstream): number;
  /** Resolves when everything that was to be told has been. */
  settled(): Promise<void>;
}

const firstWindowMs = 10_000;
const longestWindowMs = 60_000;
/** Where all nodes are down, one of them is tried as often as this. */
const lastResortMs = 1_000;
/** A shorter pause is over before anybody hears of it. */
const worthTellingMs = 1_500;

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

const nobody = async (): Promise<void> => undefined;

type Change = Partial<Omit<NodeMemory, 'token' | 'by' | 'changedAt'>>;

const windowAfter = (failedProbes: number): number => Math.min(firstWindowMs * 2 ** failedProbes, longestWindowMs);

export interface SharedNodeStateParts {
  readonly store: Pick<ProgressStore, 'noteNode'>;
  readonly clock: Clock;
  readonly log: Log;
  /** This process has closed its breaker, for all of them. */
  onClosed(upstream: Upstream): void;
  /** This process has opened or closed its breaker in the table. Only `settled` waits for it, and nobody for its success. */
  readonly onTransition?: ((transition: NodeTransition) => Promise<void>) | undefined;
}

export function createSharedNodeState({
  store,
  clock,
  log,
  onClosed,
  onTransition = nobody,
}: SharedNodeStateParts): SharedNodeState {
  const by = randomUUID();
  const known = new Map<Upstream, NodeMemory>();
  /** The tokens of those that this process was elected with. */
  const elected = new Map<Upstream, number>();
  /** One change of a node at a time: each names the token of the one before. */
  const telling = new Map<Upstream, Promise<unknown>>();
  /** Written down one after the other: of one node, in the order in which they happened. */
  let writing: Promise<unknown> = Promise.resolve();

  const memoryOf = (upstream: Upstream): NodeMemory => known.get(upstream) ?? unknown;

  function adopt(upstream: Upstream, there: NodeMemory): void {
    known.set(upstream, there);
    upstream.pauseUntil(there.pausedUntil);
    if (there.open) upstream.hold(there.reason);
    else upstream.close();
  }

  /** True when it is kept. Where the table cannot be used this process carries on alone, by what it knows itself. */
  async function tell(upstream: Upstream, change: Change): Promise<boolean> {
    const seen = memoryOf(upstream);
    const next = { ...seen, ...change, token: seen.token + 1, by, changedAt: clock.now() };
    try {
      const { kept, there } = await store.noteNode(upstream.name, next, seen.token);
      if (kept) known.set(upstream, next);
      if (kept && next.open !== seen.open) writeDown({ node: upstream.name, ...next });
      if (!kept) adopt(upstream, there ?? unknown);
      return kept;
    } catch {
      log.warn('what a node did could not be shared', { node: upstream.name });
      known.set(upstream, { ...next, token: seen.token });
      return true;
    }
  }

  function writeDown({ node, open, reason, changedAt: at }: NodeMemory & { readonly node: string }): void {
    writing = writing
      .then(() => onTransition({ node, open, reason, at }))
      .catch(() => log.warn('what became of a node could not be written down', { node, open }));
  }

  function oneByOne<T>(upstream: Upstream, work: () => Promise<T>): Promise<T> {
    const done = (telling.get(upstream) ?? Promise.resolve()).then(work, work);
    telling.set(upstream, done);
    const end = (): void => {
      if (telling.get(upstream) === done) telling.delete(upstream);
    };
    done.then(end, end);
    return done;
  }

  return {
    learn(nodes, upstreams) {
      for (const upstream of upstreams) {
        const there = nodes[upstream.name];
        if (there === undefined || telling.has(upstream)) continue;
        if (there.token > memoryOf(upstream).token) adopt(upstream, there);
      }
    },

    opened(upstream, reason) {
      void oneByOne(upstream, async () => {
        const opening = { open: true, probeAt: clock.now() + windowAfter(0), failedProbes: 0, reason };
        // Whoever else said something of it meanwhile had not seen this, unless it was just this.
        if (!(await tell(upstream, opening)) && !memoryOf(upstream).open) await tell(upstream, opening);
        if (memoryOf(upstream).open) upstream.hold(reason);
      });
    },

    paused(upstream, until) {
      if (until - clock.now() < worthTellingMs) return;
      void oneByOne(upstream, async () => {
        for (let attempt = 1; attempt <= 2 && memoryOf(upstream).pausedUntil < until; attempt += 1) {
          if (await tell(upstream, { pausedUntil: until })) return;
        }
      });
    },

    elect: (upstream, early = false) =>
      oneByOne(upstream, async () => {
        const { probeAt, changedAt, failedProbes, open } = memoryOf(upstream);
        const now = clock.now();
        if (now < (early ? Math.min(probeAt, changedAt + lastResortMs) : probeAt)) return false;
        // The window moves before the probe is sent: one that dies with its process is a failed one.
        const next = { probeAt: now + windowAfter(failedProbes + 1), failedProbes: failedProbes + 1, open: true };
        if (!open || !(await tell(upstream, next))) return false;
        elected.set(upstream, memoryOf(upstream).token);
        return true;
      }),

    recovered: (upstream) =>
      oneByOne(upstream, async () => {
        if (elected.get(upstream) !== memoryOf(upstream).token) return;
        elected.delete(upstream);
        const closing = { open: false, probeAt: 0, failedProbes: 0, reason: null };
        if (!(await tell(upstream, closing))) return;
        upstream.close();
        onClosed(upstream);
      }),

    nextProbe(upstream) {
      const { open, probeAt } = memoryOf(upstream);
      // One that has opened just now is not known to all yet.
      return upstream.open && open ? probeAt : undefined;
    },

    changedAt: (upstream) => memoryOf(upstream).changedAt,

    async settled() {
      await Promise.allSettled(telling.values());
      await writing;
    },
  };
}
