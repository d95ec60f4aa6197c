import type { TipRequest, UpstreamReport } from '../domain/chain.ts';
import { ChainUnavailable } from '../domain/errors.ts';
import type { Clock, Log } from '../domain/service.ts';
import { inTurn } from './in-turn.ts';
import { createTipPicker, type Guards, type Tip } from './pick-tip.ts';
import {
  type Answered,
  type AskOptions,
  createUpstream,
  type Decode,
  MethodRefused,
  type Upstream,
} from './upstream.ts';

export interface UpstreamSettings extends Guards {
  readonly urls: readonly string[];
  readonly attemptMs: number;
}

export interface CallOptions extends AskOptions {
  /** The node to ask first. */
  readonly prefer?: Upstream | undefined;
  /** The one node to ask. */
  readonly only?: Upstream;
  readonly exclude?: ReadonlySet<Upstream>;
  /** Gathers the nodes that failed: one reading asks none of them again. */
  readonly failed?: Set<Upstream>;
  /** It can be done without: no node that is avoided is asked or blamed for it, and MethodRefused when none answers. */
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
  /** How many nodes are configured. */
  readonly size: number;
  look(signal: AbortSignal): Promise<readonly UpstreamReport[]>;
  calls(): number;
}

export function createUpstreams(
  { urls, attemptMs, ...guards }: UpstreamSettings,
  { clock, log }: { clock: Clock; log: Log },
): Upstreams {
  let calls = 0;
  const onCall = (): void => {
    calls += 1;
  };
  const upstreams = urls.map((url) => createUpstream(url, { attemptMs, alone: urls.length === 1, clock, log, onCall }));
  const picker = createTipPicker(upstreams, usable, guards, clock);

  /** In the order of the configuration, those that failed lately last, those that asked for a pause not at all. */
  function usable(): Upstream[] {
    const open = upstreams.filter(({ pausedMs }) => pausedMs === 0);
    return [...open.filter(({ avoided }) => !avoided), ...open.filter(({ avoided }) => avoided)];
  }

  /** Nodes whose word counts; the preferred one first, unless it has failed in the meantime. */
  function inOrder({ exclude, prefer, only }: CallOptions): Upstream[] {
    const order = usable().filter(
      (upstream) => !upstream.barred && !exclude?.has(upstream) && (only === undefined || upstream === only),
    );
    if (prefer === undefined || prefer.avoided || !order.includes(prefer)) return order;
    return [prefer, ...order.filter((one) => one !== prefer)];
  }

  /** For what can be done without: none that has failed lately while another one has not, and none that refuses it. */
  function willing(method: string, options: CallOptions): Upstream[] {
    const order = inOrder(options);
    const sound = order.filter(({ avoided }) => !avoided);
    return (sound.length > 0 ? sound : order).filter((upstream) => !upstream.refuses(method));
  }

  return {
    tip: picker.tip,

    async call(method, params, decode, options) {
      const { signal, patience, dispensable = false } = options;
      const asking = dispensable ? { ...options, blame: false } : options;
      const candidates = () => (dispensable ? willing(method, options) : inOrder(options));
      const outcome = inTurn({ candidates, all: upstreams, signal, patience }, (upstream) =>
        blamed(upstream, upstream.ask(method, params, decode, asking), options),
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
        inOrder(options).filter((upstream) => !options.failed?.has(upstream) && !absentAt.includes(upstream));
      try {
        return await inTurn({ candidates, all: upstreams, signal }, async (upstream) => {
          const answered = await blamed(upstream, upstream.ask(method, params, decode, options), options);
          if ('value' in answered) return answered;
          absentAt.push(upstream);
          return undefined;
        });
      } catch (error) {
        if (!(error instanceof ChainUnavailable) || signal.aborted) throw error;
        return { absentAt };
      }
    },

    size: upstreams.length,

    async look(signal) {
      await Promise.allSettled(usable().map((upstream) => picker.status(upstream, signal)));
      const highest = picker.best();
      return upstreams.map((upstream) => report(upstream, highest, guards.maxLagBlocks));
    },

    calls: () => calls,
  };
}

async function blamed<T>(upstream: Upstream, answer: Promise<T>, { failed }: CallOptions): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    failed?.add(upstream);
    throw error;
  }
}

function report(upstream: Upstream, highest: number, maxLag: number): UpstreamReport {
  const { name, told, reason, unwell } = upstream;
  const height = told?.height ?? null;
  if (height === null && reason === null) return { name, state: 'unknown', height, reason };
  if (height !== null && highest - height > maxLag)
    return { name, state: 'unhealthy', height, reason: `lags at block ${height}` };
  // A node on a chain that stands still is all right, and says so.
  return { name, state: unwell ? 'unhealthy' : 'healthy', height, reason };
}
