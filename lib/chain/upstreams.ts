import type { TipRequest, UpstreamReport } from '../domain/chain.ts';
import { ChainUnavailable } from '../domain/errors.ts';
import type { Clock, Log } from '../domain/service.ts';
import { inTurn } from './in-turn.ts';
import { createTipPicker, type Guards, oldTip, type Tip } from './pick-tip.ts';
import { type Answered, createUpstream, type Decode, MethodRefused, type Upstream } from './upstream.ts';

export interface UpstreamSettings extends Guards {
  readonly urls: readonly string[];
  readonly attemptMs: number;
}

export interface CallOptions {
  readonly signal: AbortSignal;
  /** The node to ask first. */
  readonly prefer?: Upstream | undefined;
  /** The one node to ask. */
  readonly only?: Upstream;
  readonly exclude?: ReadonlySet<Upstream>;
  /** Other calls can stand in for it: no node that is avoided is asked for it, and MethodRefused when none answers. */
  readonly dispensable?: boolean;
}

export interface Upstreams {
  /** The newest block of a healthy node, and that node. */
  tip(request: TipRequest): Promise<Tip>;
  /** One call, tried in turn: the preferred node, the healthy ones, then the rest. Throws ChainUnavailable. */
  call<Value>(method: string, params: object, decode: Decode<Value>, options: CallOptions): Promise<Answered<Value>>;
  /** The same call at every healthy node, until one of them has the thing; absent only if all say so. */
  callUntilFound<Value>(
    method: string,
    params: object,
    decode: Decode<Value>,
    options: CallOptions,
  ): Promise<Answered<Value>>;
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
  const upstreams = urls.map((url) => createUpstream(url, { attemptMs, clock, log, onCall }));
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

  return {
    tip: picker.tip,

    async call(method, params, decode, options) {
      const { signal, dispensable = false } = options;
      const all = inOrder(options);
      const ask = (order: readonly Upstream[]) =>
        inTurn(order, upstreams, signal, (upstream) => upstream.ask(method, params, decode, signal));
      if (!dispensable) return ask(all);
      const sound = all.filter(({ avoided }) => !avoided);
      const order = (sound.length > 0 ? sound : all).filter((upstream) => !upstream.refuses(method));
      if (order.length === 0 && all.length > 0) throw new MethodRefused(method);
      return ask(order).catch((error: unknown) => {
        throw error instanceof ChainUnavailable && !signal.aborted ? new MethodRefused(method) : error;
      });
    },

    async callUntilFound<Value>(method: string, params: object, decode: Decode<Value>, options: CallOptions) {
      const { signal } = options;
      let absent: Answered<Value> | undefined;
      try {
        const healthy = inOrder(options).filter(({ avoided }) => !avoided);
        return await inTurn(healthy, upstreams, signal, async (upstream) => {
          const answered = await upstream.ask(method, params, decode, signal);
          if ('value' in answered) return answered;
          absent ??= answered;
          return undefined;
        });
      } catch (error) {
        if (absent !== undefined && error instanceof ChainUnavailable && !signal.aborted) return absent;
        throw error;
      }
    },

    async look(signal) {
      await Promise.allSettled(usable().map((upstream) => picker.status(upstream, signal)));
      const highest = picker.best();
      return upstreams.map((upstream) => report(upstream, highest, guards.maxLagBlocks));
    },

    calls: () => calls,
  };
}

function report(upstream: Upstream, highest: number, maxLag: number): UpstreamReport {
  const { name, told, reason, avoided, pausedMs, barred } = upstream;
  const height = told?.height ?? null;
  if (height === null && reason === null) return { name, state: 'unknown', height, reason };
  const lags = height !== null && highest - height > maxLag;
  const unwell = avoided || barred || pausedMs > 0 || reason === oldTip;
  const why = lags ? `lags at block ${height}` : unwell ? reason : null;
  return { name, state: why === null ? 'healthy' : 'unhealthy', height, reason: why };
}
