import { pause } from '../../domain/deadline.ts';
import { ChainUnavailable, UnusableAnswer } from '../../domain/errors.ts';
import type { Metrics } from '../../domain/ports/telemetry.ts';
import { currentTrace, note } from '../../domain/trace.ts';
import { NoPermit, NoSuchBlock, RpcFailure } from '../rpc/errors.ts';
import { createBudget } from './budget.ts';
import { isAtItsBest, otherOperatorNext } from './failover-order.ts';
import { hedgedRequest, type NodeAttempt } from './hedge.ts';
import { noteSkipped } from './note-skipped.ts';
import type { Upstream } from './upstream.ts';

export interface AskNodesOptions<T> {
  /** What is asked, for the message where no node answers. */
  readonly method: string;
  /** The nodes to ask, in order; computed anew before each round. */
  readonly candidates: () => readonly Upstream[] | Promise<readonly Upstream[]>;
  readonly signal: AbortSignal;
  /** More than 1: waits out the nodes' pauses for as long as the signal allows. */
  readonly patience?: number | undefined;
  /** Whether the answer of a hedge may end the race; see `hedgedRequest`. Default: always. */
  readonly isConclusive?: (got: T) => boolean;
}

/** Resolves with the first usable answer of any node; throws ChainUnavailable when there is none. */
export type AskNodes = <T>(asking: AskNodesOptions<T>, attempt: NodeAttempt<T>) => Promise<T>;

export interface FailoverParts {
  readonly upstreams: readonly Upstream[];
  readonly attemptMs: number;
  /** How long a node may be silent before a hedge, until its own latencies are known; 0: no hedging. */
  readonly hedgeMs: number;
  readonly metrics: Pick<Metrics, 'count'>;
  /** Random numbers from 0 to 1, for the pauses. */
  readonly chance?: () => number;
}

/** A hedge is sent when a node has been silent for longer than this share of its attempts took. */
const hedgeShare = 0.95;
/** An earlier hedge is not worth its request. */
const leastHedgeMs = 50;
/** A pause that all nodes ask for is waited out if it is no longer than this. */
const longestPauseMs = 1_500;
/** A timer may fire a little before the clock shows that the pause is over. */
const timerMarginMs = 10;
/** So that the callers that wait do not all ask again at once. */
const longestSpreadMs = 300;
const mostRetries = 2;
const firstBackoffMs = 100;

/**
 * Asks the candidates in order, with hedges. When all of them failed it asks them again: twice after a short random wait, or
 * after the pause that all nodes asked for, because a rate limit is not an outage. Retries and hedges together stay within
 * a budget.
 */
export function createAskNodes({
  upstreams,
  attemptMs,
  hedgeMs,
  metrics,
  chance = Math.random,
}: FailoverParts): AskNodes {
  const budget = createBudget();
  const isAlone = upstreams.length === 1;

  function spend(kind: 'ChainRetry' | 'ChainHedge'): boolean {
    const may = budget.spend();
    if (may) metrics.count(kind);
    return may;
  }

  function hedgeAfter({ recent }: Upstream): number | undefined {
    if (hedgeMs === 0) return undefined;
    return Math.min(Math.max(recent.percentile(hedgeShare) ?? hedgeMs, leastHedgeMs), attemptMs / 2);
  }

  return async function askNodes<T>(
    { method, candidates, signal, patience = 1, isConclusive = always }: AskNodesOptions<T>,
    attempt: NodeAttempt<T>,
  ): Promise<T> {
    budget.earn();
    const trace = currentTrace();
    for (let pauses = 0, retries = 0; ; ) {
      const failures = new Map<Upstream, unknown>();
      const order = candidates();
      noteSkipped(upstreams, trace);
      const got = await hedgedRequest<T>(
        {
          // A list is not awaited: of two calls at the same moment, the second must see the permit that the first one took.
          order: otherOperatorNext(Array.isArray(order) ? order : await order),
          signal,
          hedgeAfter,
          mayHedge(upstream) {
            const may = isAtItsBest(upstream) && spend('ChainHedge');
            if (may) trace?.note({ step: 'hedge', outcome: 'sent', node: upstream.name, method });
            return may;
          },
          onHedgeWon: (silent, afterMs) => silent.lostRace(afterMs),
          isConclusive,
          failures,
        },
        attempt,
      );
      if (got !== undefined) return got;
      if (signal.aborted) throw unavailable(method, failures, upstreams, signal);

      // A patient caller waits out every such pause, and outside the budget: the nodes named the time themselves.
      const pauseMs = leastPauseMs(upstreams);
      const isShort = pauseMs > 0 && pauseMs <= longestPauseMs;
      if (isShort && (patience > 1 || (pauses === 0 && spend('ChainRetry')))) {
        pauses += 1;
        trace?.note({
          step: 'retry',
          outcome: 'after the pause that nodes ask for',
          method,
          waitedMs: Math.ceil(pauseMs),
        });
        await pause(pauseMs + timerMarginMs + chance() * longestSpreadMs, signal);
        continue;
      }

      // Rule ANSWER-1: what a node has sent whole would come again.
      const isSettled = [...failures.values()].some((error) => error instanceof UnusableAnswer);
      const isWorthwhile =
        !isSettled &&
        retries < mostRetries &&
        [...failures].some(([node, error]) => !node.isOpen && (mayPass(error) || (isAlone && isDenied(node, error))));
      if (!isWorthwhile || !spend('ChainRetry')) throw unavailable(method, failures, upstreams, signal);
      trace?.note({ step: 'retry', outcome: 'after all nodes failed', method });
      await pause(chance() * backoffMs(retries), signal);
      retries += 1;
    }
  };
}

const always = (): boolean => true;

/** The longest wait of an exponential backoff with full jitter. */
const backoffMs = (retries: number): number => firstBackoffMs * 2 ** retries;

/** The time until the first node may be asked again; 0 where one may be asked now, infinite where there is no node. */
const leastPauseMs = (upstreams: readonly Upstream[]): number => Math.min(...upstreams.map(({ pausedMs }) => pausedMs));

/** The failure may be over in a moment. What the node answered with stays, and so does the verdict of a guard. */
const mayPass = (error: unknown): boolean =>
  error instanceof RpcFailure && error.stage !== 'error' && error.stage !== 'form';

/** Behind the one address there may be several nodes: another one may have the block that the first one reported. */
const isDenied = (node: Upstream, error: unknown): boolean => error instanceof NoSuchBlock && node.overstates;

function unavailable(
  method: string,
  failures: ReadonlyMap<Upstream, unknown>,
  upstreams: readonly Upstream[],
  signal: AbortSignal,
): ChainUnavailable {
  const errors = [...failures.values()];
  const [only] = errors;
  // With one node its own answer says the most: that the method is not served, or that a value cannot be read.
  const isFailure = only instanceof RpcFailure && !(only instanceof NoSuchBlock);
  if (upstreams.length === 1 && only instanceof ChainUnavailable && !isFailure) return only;
  const reasons = upstreams.map(
    (upstream) => `${upstream.name} (${reasonOf(method, failures.get(upstream)) ?? upstream.reason ?? 'not usable'})`,
  );
  for (const { name: node, isOpen, reason } of upstreams) {
    const breaker = isOpen ? 'open' : 'closed';
    note({ step: 'node', outcome: 'no answer', node, method, breaker, why: reason ?? undefined });
  }
  const why = upstreams.length === 0 ? 'none is configured' : reasons.join(', ');
  const retryAfter = Math.ceil(leastPauseMs(upstreams) / 1000);
  // Rule LIMIT-3: every node could be asked, if this process did not ask so much already.
  const isOverload = errors.length > 0 && errors.every((error) => error instanceof NoPermit);
  return new ChainUnavailable(
    signal.aborted ? 'no node answered in time' : `no node can answer: ${why}`,
    {
      cause: errors.find((error) => error instanceof NoSuchBlock) ?? errors.at(-1),
      ...(upstreams.length > 0 && retryAfter > 0 ? { retryAfter } : {}),
    },
    isOverload ? 'overloaded' : 'chain_unavailable',
  );
}

function reasonOf(method: string, error: unknown): string | undefined {
  if (error instanceof RpcFailure) return `${error.message} to ${method}`;
  return error instanceof ChainUnavailable ? error.message : undefined;
}
