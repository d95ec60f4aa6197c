import { AsyncLocalStorage } from 'node:async_hooks';
import { unlessAborted } from '../../domain/deadline.ts';
import { ChainUnavailable } from '../../domain/errors.ts';
import type { Counted, NodeTransition, TipRequest, UpstreamReport } from '../../domain/ports/chain.ts';
import type { ProgressStore } from '../../domain/ports/progress-store.ts';
import type { Clock, Log, Metrics } from '../../domain/ports/telemetry.ts';
import { MethodRefused } from '../rpc/refusals.ts';
import type { RpcClient } from '../rpc/rpc-client.ts';
import type { AskNodesOptions } from './ask-nodes.ts';
import { createBudget } from './budget.ts';
import { withFailover } from './failover.ts';
import { failoverOrder } from './failover-order.ts';
import type { NodeAttempt } from './hedge.ts';
import { nodeReportOf } from './node-report.ts';
import { createTipPicker, type Guards, type Tip } from './pick-tip.ts';
import { createProbes } from './probes.ts';
import { createSharedNodeState } from './shared-node-state.ts';
import { submitOnce } from './submit-once.ts';
import { type Answered, type AskOptions, createUpstream, type Decode, type Upstream } from './upstream.ts';

/** One node: how it is named and reached. */
export interface Endpoint {
  /** Host and port, or as configured: a URL may hold a secret. */
  readonly name: string;
  readonly operator: string | null;
  readonly callsPerSecond: number | null;
  readonly client: RpcClient;
}

export interface UpstreamSettings extends Guards {
  readonly endpoints: readonly Endpoint[];
  readonly attemptMs: number;
  /** Until a node's own latencies are known; 0: no hedging. */
  readonly hedgeMs: number;
}

export interface CallOptions extends AskOptions {
  /** The node to ask first. */
  readonly prefer?: Upstream | undefined;
  /** The one node to ask. */
  readonly only?: Upstream;
  readonly exclude?: ReadonlySet<Upstream>;
  /** Gathers the nodes that failed: one reading asks none of them again. */
  readonly failed?: Set<Upstream>;
  /** It can be done without: no suspect is asked or blamed for it, and MethodRefused when none answers. */
  readonly dispensable?: boolean;
}

export interface Upstreams {
  /** The newest block of a healthy node, and that node. */
  tip(request: TipRequest): Promise<Tip>;
  /** One call, tried in turn: the preferred node, the healthy ones, then the rest. Throws ChainUnavailable. */
  call<Value>(method: string, params: object, decode: Decode<Value>, options: CallOptions): Promise<Answered<Value>>;
  /** The same call at every node whose word counts, until one of them has the thing; else those that said that it is not there. */
  callUntilFound<Value>(
    method: string,
    params: object,
    decode: Decode<Value>,
    options: CallOptions,
  ): Promise<{ readonly from: Upstream; readonly value: Value } | { readonly absentAt: readonly Upstream[] }>;
  /**
   * A write: to one node at a time, and never to two. Another one is asked only where this one has surely not taken it;
   * SubmissionUnknown where it may have.
   */
  submit<Value>(method: string, params: object, decode: Decode<Value>, signal: AbortSignal): Promise<Answered<Value>>;
  /** How many nodes are configured. */
  readonly size: number;
  /** Those whose word counts, in the order in which they are asked. */
  counting(): readonly Upstream[];
  /** The lowest block that any of them holds; undefined while none has told. */
  lowestBlock(): number | undefined;
  look(request: Pick<TipRequest, 'nodes' | 'signal'>): Promise<readonly UpstreamReport[]>;
  report(): readonly UpstreamReport[];
  settled(): Promise<void>;
  calls(): number;
  /** Runs it, and tells how many requests were sent for it. */
  counted<T>(work: () => Promise<T>): Promise<Counted<T>>;
}

/** A hedge is sent when a node has been silent for longer than this share of its attempts. */
const hedgeShare = 0.95;
/** Sooner than this no hedge is worth its request. */
const leastHedgeMs = 50;

export interface UpstreamsParts {
  readonly store: Pick<ProgressStore, 'noteNode'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly onTransition?: ((transition: NodeTransition) => Promise<void>) | undefined;
}

export function createUpstreams(
  { endpoints, attemptMs, hedgeMs, ...guards }: UpstreamSettings,
  { store, clock, log, metrics, onTransition }: UpstreamsParts,
): Upstreams {
  let calls = 0;
  const counters = new AsyncLocalStorage<{ calls: number }>();
  const fleet = createSharedNodeState({
    store,
    clock,
    log,
    onClosed: ({ name }) => metrics.upstream(name, 'BreakerClosed', 1),
    onTransition,
  });
  const budget = createBudget();
  const upstreams = endpoints.map((endpoint) =>
    createUpstream({
      ...endpoint,
      attemptMs,
      clock,
      log,
      onCall: () => {
        calls += 1;
        const counter = counters.getStore();
        if (counter !== undefined) counter.calls += 1;
      },
      metrics,
      onOpen: fleet.opened,
      onPause: fleet.paused,
    }),
  );
  const picker = createTipPicker({
    upstreams,
    askInTurn,
    onTheSide: () => probes.onTheSide(),
    tipNodes,
    guards,
    clock,
  });
  const probes = createProbes({ upstreams, fleet, attemptMs, clock, examine: picker.examine });

  function hedgeAfter({ recent }: Upstream): number | undefined {
    if (hedgeMs === 0) return undefined;
    return Math.min(Math.max(recent.percentile(hedgeShare) ?? hedgeMs, leastHedgeMs), attemptMs / 2);
  }

  function askInTurn<T>({ oneByOne = false, ...asking }: AskNodesOptions<T>, attempt: NodeAttempt<T>): Promise<T> {
    budget.earn();
    return withFailover<T>({ ...asking, all: upstreams, spend, ...(oneByOne ? {} : { hedgeAfter }) }, attempt);
  }

  function spend(kind: 'retry' | 'hedge'): boolean {
    const may = budget.spend();
    if (may) metrics.count(kind === 'retry' ? 'ChainRetry' : 'ChainHedge');
    return may;
  }

  /** Where all breakers are open, the one that was tried longest ago gets one more try. */
  async function tipNodes(signal: AbortSignal): Promise<readonly Upstream[]> {
    const order = failoverOrder(upstreams);
    if (order.length > 0) return order;
    const tried = await unlessAborted(probes.lastResort(), signal);
    return tried === undefined ? failoverOrder(upstreams) : [tried];
  }

  /** Nodes whose word counts; the preferred one first, unless it has failed in the meantime. */
  function counting({ exclude, prefer, only }: CallOptions): Upstream[] {
    const order = failoverOrder(upstreams).filter(
      (upstream) => !upstream.barred && !exclude?.has(upstream) && (only === undefined || upstream === only),
    );
    if (prefer === undefined || prefer.suspect || prefer.slow || prefer === order[0] || !order.includes(prefer))
      return order;
    return [prefer, ...order.filter((one) => one !== prefer)];
  }

  const report = () => upstreams.map((upstream) => nodeReportOf(upstream, picker.best(), guards.maxLagBlocks, fleet));

  /** For what can be done without: none that has failed or was slow while another one was not, and none that refuses it. */
  function willing(method: string, options: CallOptions): Upstream[] {
    const order = counting(options);
    const sound = order.filter(({ suspect, slow }) => !suspect && !slow);
    return (sound.length > 0 ? sound : order).filter((upstream) => !upstream.refuses(method));
  }

  return {
    tip(request) {
      fleet.learn(request.nodes ?? {}, upstreams);
      return picker.tip(request);
    },

    async call<Value>(method: string, params: object, decode: Decode<Value>, options: CallOptions) {
      const { signal, patience, dispensable = false } = options;
      const asking = dispensable ? { ...options, blame: false } : options;
      const candidates = () => (dispensable ? willing(method, options) : counting(options));
      const outcome = askInTurn<Answered<Value>>(
        { candidates, signal, patience, isConclusive: isFound },
        (upstream, own, onSent) =>
          blamed(upstream, upstream.ask(method, params, decode, { ...asking, signal: own, onSent }), options),
      );
      if (!dispensable) return outcome;
      return outcome.catch((error: unknown) => {
        throw error instanceof ChainUnavailable && !signal.aborted ? new MethodRefused(method) : error;
      });
    },

    async callUntilFound<Value>(method: string, params: object, decode: Decode<Value>, options: CallOptions) {
      const { signal } = options;
      const absentAt: Upstream[] = [];
      const candidates = () =>
        counting(options).filter((upstream) => !options.failed?.has(upstream) && !absentAt.includes(upstream));
      try {
        return await askInTurn<{ readonly from: Upstream; readonly value: Value }>(
          { candidates, signal, oneByOne: true },
          async (upstream, own) => {
            const asked = upstream.ask(method, params, decode, { ...options, signal: own });
            const answered = await blamed(upstream, asked, options);
            if ('value' in answered) return answered;
            absentAt.push(upstream);
            return undefined;
          },
        );
      } catch (error) {
        if (!(error instanceof ChainUnavailable) || signal.aborted) throw error;
        return { absentAt };
      }
    },

    submit: (method, params, decode, signal) =>
      submitOnce(counting({ signal }), (upstream) => upstream.ask(method, params, decode, { signal, unpooled: true })),

    size: upstreams.length,
    counting: () => counting({ signal: never }),
    lowestBlock() {
      const told = upstreams.filter((upstream) => upstream.told !== null);
      return told.length === 0 ? undefined : Math.min(...told.map(({ low }) => low));
    },

    async look({ nodes = {}, signal }) {
      fleet.learn(nodes, upstreams);
      await unlessAborted(picker.examineAll(signal), signal);
      await unlessAborted(fleet.settled(), signal);
      return report();
    },

    report,

    settled: fleet.settled,
    calls: () => calls,
    async counted(work) {
      const counter = { calls: 0 };
      const value = await counters.run(counter, work);
      return { value, calls: counter.calls };
    },
  };
}

const never = new AbortController().signal;

/** The same, asking one node alone. */
export const onlyOf = (upstreams: Upstreams, only: Upstream): Upstreams => ({
  ...upstreams,
  call: (method, params, decode, options) => upstreams.call(method, params, decode, { ...options, only }),
  callUntilFound: (method, params, decode, options) =>
    upstreams.callUntilFound(method, params, decode, { ...options, only }),
  size: 1,
});

const isFound = (answered: Answered<unknown>): boolean => 'value' in answered;

/** Gathers who failed, where somebody wants to know. */
function blamed<T>(upstream: Upstream, answer: Promise<T>, { failed }: CallOptions): Promise<T> {
  if (failed === undefined) return answer;
  return answer.catch((error: unknown) => {
    failed.add(upstream);
    throw error;
  });
}
