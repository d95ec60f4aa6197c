import { unlessAborted } from '../../domain/deadline.ts';
import type {
  Counted,
  NodeTransition,
  Purpose,
  RefutedAnswer,
  TipRequest,
  UpstreamReport,
} from '../../domain/ports/chain.ts';
import type { ProgressStore } from '../../domain/ports/progress-store.ts';
import type { Clock, Log, Metrics } from '../../domain/ports/telemetry.ts';
import type { RpcClient } from '../rpc/rpc-client.ts';
import { createCallCounter } from './call-counter.ts';
import { createEvidenceTrail } from './evidence-trail.ts';
import { createExaminer, type Guards } from './examine-node.ts';
import { createAskNodes } from './failover.ts';
import { tipNodes, trustedNodes } from './failover-order.ts';
import { createNodeCalls, type NodeCalls } from './node-calls.ts';
import { statusMethod } from './node-health.ts';
import { nodeReportOf } from './node-report.ts';
import { createTipPicker, type Tip } from './pick-tip.ts';
import { createProbes } from './probes.ts';
import { createSharedNodeState } from './shared-node-state.ts';
import { createTipObservations } from './tip-observations.ts';
import { createUpstream, type Upstream } from './upstream.ts';

/** One node: its name, and how it is reached. */
export interface Endpoint {
  /** Host and port, or as configured: the URL may hold a secret. */
  readonly name: string;
  readonly operator: string | null;
  readonly callsPerSecond: number | null;
  readonly client: RpcClient;
}

export interface UpstreamSettings extends Guards {
  readonly endpoints: readonly Endpoint[];
  readonly attemptMs: number;
  /** How long a node may be silent before a hedge, until its own latencies are known; 0: no hedging. */
  readonly hedgeMs: number;
}

export interface Upstreams extends NodeCalls {
  /** The newest block of a healthy node, and that node. */
  tip(request: TipRequest): Promise<Tip>;
  /** How many nodes are configured. */
  readonly size: number;
  /** The trusted nodes, in the order in which they are asked. */
  trusted(): readonly Upstream[];
  /** The nodes that have reported that they begin above a height. */
  beginningAbove(height: number): ReadonlySet<Upstream>;
  /** The lowest block that any node holds; undefined while one of them has never reported it. */
  lowestOfAll(): number | undefined;
  /** The lowest block that any node holds; undefined while none has reported a tip. */
  lowestBlock(): number | undefined;
  /** Asks every node for its status; resolves when what other processes should know is published. */
  look(request: Pick<TipRequest, 'nodes' | 'signal'>): Promise<readonly UpstreamReport[]>;
  /** What is known of every node, without asking. */
  report(): readonly UpstreamReport[];
  /** Resolves when every change of shared node state is published, and what nodes were barred for is written down. */
  flushed(): Promise<void>;
  /** Requests sent so far. */
  calls(): number;
  /** Runs it for a purpose, and counts the requests that were sent for it. */
  counted<T>(work: () => Promise<T>, purpose?: Purpose): Promise<Counted<T>>;
  /** For what is asked now; undefined: not given. */
  purpose(): Purpose | undefined;
}

export interface UpstreamsParts {
  readonly store: Pick<ProgressStore, 'noteNode'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly onTransition?: ((transition: NodeTransition) => Promise<void>) | undefined;
  readonly onRefuted?: ((refuted: RefutedAnswer) => Promise<void>) | undefined;
  /** Random numbers from 0 to 1, for the pauses before a retry. */
  readonly chance?: () => number;
}

/** Puts the parts of the pool together and offers all configured nodes as one. */
export function createUpstreams(
  { endpoints, attemptMs, hedgeMs, ...guards }: UpstreamSettings,
  { store, clock, log, metrics, onTransition, onRefuted, chance }: UpstreamsParts,
): Upstreams {
  const counter = createCallCounter();
  const onClosed = ({ name }: Upstream): void => metrics.upstream(name, 'BreakerClosed', 1);
  const sharedState = createSharedNodeState({ store, clock, log, onClosed, onTransition });
  const evidence = createEvidenceTrail({ clock, log, onRefuted });
  const flushed = async (): Promise<void> => void (await Promise.all([sharedState.flushed(), evidence.flushed()]));
  const upstreams = endpoints.map((endpoint) =>
    createUpstream({
      ...endpoint,
      attemptMs,
      clock,
      log,
      metrics,
      purpose: counter.purpose,
      onCall: counter.count,
      onOpen: sharedState.publishOpening,
      onPause: sharedState.publishPause,
      onRefuted: evidence.keep,
    }),
  );
  const askNodes = createAskNodes({ upstreams, attemptMs, hedgeMs, metrics, ...(chance && { chance }) });
  const observations = createTipObservations(upstreams, clock);
  const examine = createExaminer({ upstreams, observations, guards, clock });
  const { probeDue, lastResort } = createProbes({
    upstreams,
    sharedState,
    attemptMs,
    clock,
    examine: (upstream, signal) => examine(upstream, signal, unshared),
  });
  const pickTip = createTipPicker({
    upstreams,
    observations,
    examine,
    askNodes,
    candidates: (signal) => tipNodes(upstreams, lastResort, signal),
    probeDue,
    clock,
  });
  const report = () =>
    upstreams.map((upstream) => nodeReportOf(upstream, observations.best(), guards.maxLagBlocks, sharedState));

  return {
    ...createNodeCalls(upstreams, askNodes),
    tip(request) {
      sharedState.learn(request.nodes ?? {}, upstreams);
      return pickTip(request);
    },
    size: upstreams.length,
    trusted: () => trustedNodes(upstreams),
    beginningAbove: (height) =>
      new Set(upstreams.filter(({ reportedTip, lowestBlock }) => reportedTip !== null && lowestBlock > height)),
    lowestOfAll: () =>
      upstreams.length > 0 && upstreams.every(({ reportedTip }) => reportedTip !== null)
        ? Math.min(...upstreams.map(({ lowestBlock }) => lowestBlock))
        : undefined,
    lowestBlock() {
      const reporting = upstreams.filter(({ reportedTip }) => reportedTip !== null);
      return reporting.length === 0 ? undefined : Math.min(...reporting.map(({ lowestBlock }) => lowestBlock));
    },
    async look({ nodes = {}, signal }) {
      sharedState.learn(nodes, upstreams);
      const askable = upstreams.filter((upstream) => upstream.askable);
      const since = clock.steady();
      const silent = new Set(askable);
      const asked = askable.map(async (upstream) => {
        await examine(upstream, signal, since).catch(() => undefined);
        if (!signal.aborted) silent.delete(upstream);
      });
      await unlessAborted(Promise.allSettled([probeDue(true), ...asked]), signal);
      await unlessAborted(flushed(), signal);
      const hanging = new Set([...silent].filter(({ reportedAt }) => reportedAt < since).map(({ name }) => name));
      return report().map((one) => (hanging.has(one.name) && one.state !== 'unhealthy' ? silentReport(one) : one));
    },
    report,
    flushed,
    calls: counter.total,
    counted: counter.counted,
    purpose: counter.purpose,
  };
}

/** It was asked, and has said nothing by the time that is given to a look: no failure yet, and of no use. */
const silentReport = (report: UpstreamReport): UpstreamReport => ({
  ...report,
  state: 'unhealthy',
  code: 'silent',
  method: statusMethod,
  reason: `no answer to ${statusMethod} in time`,
  since: null,
});

/** `since` of a question whose result no earlier one can share. */
const unshared = Number.POSITIVE_INFINITY;

/** The same nodes, of which only one is asked. */
export const onlyOf = (upstreams: Upstreams, only: Upstream): Upstreams => ({
  ...upstreams,
  call: (method, params, decode, options) => upstreams.call(method, params, decode, { ...options, only }),
  callUntilFound: (method, params, decode, options) =>
    upstreams.callUntilFound(method, params, decode, { ...options, only }),
  size: 1,
});
