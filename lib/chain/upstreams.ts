import pLimit from 'p-limit';
import type { PinnedBlock, TipRequest, UpstreamReport } from '../domain/chain.ts';
import { ChainUnavailable } from '../domain/errors.ts';
import type { Clock, Log } from '../domain/service.ts';
import { classifyError } from './classify-error.ts';
import { decodeBlock, decodeStatus, type NodeStatus } from './decode-block.ts';
import { createRpcClient, type RpcClient, type RpcError } from './rpc-client.ts';
import { RpcFailure } from './rpc-failure.ts';

export interface UpstreamSettings {
  readonly urls: readonly string[];
  /** Expected `chainspec_name`. */
  readonly network: string;
  readonly attemptMs: number;
  /** How far a node may lag behind the best one, in blocks. */
  readonly maxLagBlocks: number;
  /** How old a node's newest block may be; 0: any age. */
  readonly maxTipAgeSeconds: number;
}

/** One node as we see it. */
export interface Upstream {
  /** Host and port: the rest of the URL may hold a secret. */
  readonly name: string;
  readonly client: RpcClient;
  readonly limit: <T>(run: () => Promise<T>) => Promise<T>;
  height: number | null;
  seenAt: number;
  /** The lowest block whose state it holds. */
  low: number;
  /** Until when it is asked last, and why. */
  avoidUntil: number;
  /** Until when it must not be asked at all (its own Retry-After). */
  pausedUntil: number;
  reason: string | null;
  /** A guard is red: nothing that it says counts until its status is right again. */
  barred: boolean;
  /** Methods that this node refuses to serve. */
  readonly refuses: Set<string>;
}

/** An answer, or the node's own "not there"; `from` is the node that gave it. */
export type Answered =
  | { readonly from: Upstream; readonly result: unknown }
  | { readonly from: Upstream; readonly absent: RpcError };

export interface Upstreams {
  /** The newest block of a healthy node, which the following calls then prefer. */
  tip(
    request: TipRequest,
  ): Promise<{ readonly block: PinnedBlock; readonly from: Upstream; readonly status: NodeStatus }>;
  /** One call, tried in turn: the preferred node, the healthy ones, then the rest. Throws ChainUnavailable. */
  call(method: string, params: object | undefined, options: CallOptions): Promise<Answered>;
  /** The same call at every node that may be asked, until one of them has the thing; absent only if all say so. */
  callUntilFound(method: string, params: object, options: CallOptions): Promise<Answered>;
  look(signal: AbortSignal): Promise<readonly UpstreamReport[]>;
  /** Nothing that the node says counts until its status has been seen to be right again. */
  bar(upstream: Upstream, reason: string): void;
  calls(): number;
}

export interface CallOptions {
  readonly signal: AbortSignal;
  /** The node to ask first. */
  readonly prefer?: Upstream | undefined;
  /** The one node to ask. */
  readonly only?: Upstream;
  readonly exclude?: ReadonlySet<Upstream>;
}

/** A node that failed is asked last for this long; then it is the first choice again. */
const avoidMs = 5_000;
/** How often all nodes' heights are compared, and how long that may hold up an answer once one node is known good. */
const compareEveryMs = 10_000;
const compareGraceMs = 200;
const callsAtOnce = 24;
/** A method the node does not serve: not there, or switched off. */
const refusedCodes = new Set([-32601, -32019]);

export function createUpstreams(settings: UpstreamSettings, { clock, log }: { clock: Clock; log: Log }): Upstreams {
  const upstreams = settings.urls.map((url) => createUpstream(url, settings.attemptMs));
  let calls = 0;
  let comparedAt = Number.NEGATIVE_INFINITY;

  const usable = (exclude?: ReadonlySet<Upstream>): Upstream[] => {
    const now = clock.now();
    const open = upstreams.filter((upstream) => upstream.pausedUntil <= now && !exclude?.has(upstream));
    return [
      ...open.filter(({ avoidUntil }) => avoidUntil <= now),
      ...open.filter(({ avoidUntil }) => avoidUntil > now),
    ];
  };

  /** Nodes whose word counts: the one that gave the pinned block first. */
  function inOrder({ exclude, prefer, only }: CallOptions): Upstream[] {
    const order = usable(exclude).filter((upstream) => !upstream.barred && (only === undefined || upstream === only));
    return prefer !== undefined && order.includes(prefer) ? [prefer, ...order.filter((one) => one !== prefer)] : order;
  }

  function avoid(upstream: Upstream, reason: string): void {
    upstream.avoidUntil = clock.now() + avoidMs;
    upstream.reason = reason;
    log.warn('node avoided', { node: upstream.name, reason });
  }

  /** One request to one node; a failure marks the node and is thrown. */
  async function ask(
    upstream: Upstream,
    method: string,
    params: object | undefined,
    signal: AbortSignal,
  ): Promise<Answered> {
    try {
      const answer = await upstream.limit(() => {
        signal.throwIfAborted();
        calls += 1;
        return upstream.client.call(method, params, signal);
      });
      if ('result' in answer) return { from: upstream, result: answer.result };
      const error = answer.error;
      if (refusedCodes.has(error.code)) {
        upstream.refuses.add(method);
        throw new MethodRefused(method);
      }
      const kind = classifyError(error);
      if (kind === 'absent') return { from: upstream, absent: error };
      if (kind === 'caller') throw new RequestRefused(method, error);
      if (kind === 'later') upstream.pausedUntil = clock.now() + 1_000;
      throw new RpcFailure('body', `${error.code} ${error.message}`);
    } catch (error) {
      // Our own deadline says nothing about the node.
      if (error instanceof RpcFailure && !signal.aborted) {
        if (classifyError(error) === 'later') upstream.pausedUntil = clock.now() + 1000 * (error.retryAfter ?? 1);
        if (upstream.avoidUntil <= clock.now()) avoid(upstream, `${method}: ${error.message}`);
      }
      throw error;
    }
  }

  async function inTurn<T>(
    candidates: readonly Upstream[],
    signal: AbortSignal,
    attempt: (upstream: Upstream) => Promise<T | undefined>,
  ) {
    let last: unknown;
    for (const upstream of candidates) {
      if (signal.aborted) break;
      try {
        const got = await attempt(upstream);
        if (got !== undefined) return got;
      } catch (error) {
        last = error;
      }
    }
    if (last instanceof MethodRefused || last instanceof RequestRefused) throw last;
    throw new ChainUnavailable(signal.aborted ? 'no node answered in time' : `no node can answer: ${reasons()}`, {
      cause: last,
      ...retryAfter(),
    });
  }

  const reasons = (): string => upstreams.map(({ name, reason }) => `${name} (${reason ?? 'not usable'})`).join(', ');

  function retryAfter(): { retryAfter?: number } {
    const pauses = upstreams.map(({ pausedUntil }) => Math.ceil((pausedUntil - clock.now()) / 1000));
    const shortest = Math.min(...pauses);
    return shortest > 0 ? { retryAfter: shortest } : {};
  }

  /** The node's status, held against every guard; undefined where one of them is red. */
  async function guarded(upstream: Upstream, signal: AbortSignal): Promise<NodeStatus | undefined> {
    const answered = await ask(upstream, 'info_get_status', undefined, signal);
    if ('absent' in answered) return undefined;
    const status = decodeStatus(answered.result);
    upstream.seenAt = clock.now();
    if (status.network !== settings.network) {
      return bar(upstream, `serves the network "${status.network.slice(0, 40)}", not "${settings.network}"`);
    }
    upstream.height = status.tip.height;
    upstream.low = status.low;
    if (status.reactorState !== 'KeepUp' && status.reactorState !== 'Validate') {
      return bar(upstream, `is in state ${status.reactorState.slice(0, 40)}`);
    }
    return status;
  }

  function bar(upstream: Upstream, reason: string): undefined {
    upstream.barred = true;
    avoid(upstream, reason);
  }

  const best = (knownHead = 0): number =>
    upstreams.reduce(
      (highest, { height, seenAt, reason }) =>
        height !== null && reason === null && clock.now() - seenAt <= 2 * compareEveryMs
          ? Math.max(highest, height)
          : highest,
      knownHead,
    );

  /** Asks all nodes at once now and then: only a comparison shows which of them lags. */
  async function compare(signal: AbortSignal): Promise<Map<Upstream, NodeStatus | undefined>> {
    comparedAt = clock.now();
    const seen = new Map<Upstream, NodeStatus | undefined>();
    const all = usable().map(async (upstream) => {
      seen.set(upstream, await guarded(upstream, signal).catch(() => undefined));
    });
    const enough = new Promise<void>((resolve) => {
      for (const one of all) {
        one.then(() => {
          if ([...seen.values()].some(Boolean)) setTimeout(resolve, compareGraceMs).unref();
        });
      }
    });
    await Promise.race([Promise.all(all), enough]);
    return seen;
  }

  return {
    async tip({ atLeast = 0, knownHead, signal }) {
      const compared =
        upstreams.length > 1 && clock.now() - comparedAt > compareEveryMs
          ? await compare(signal)
          : new Map<Upstream, NodeStatus>();
      let tooLow: number | undefined;
      const ages = new Map<Upstream, NodeStatus>();
      const accept = async (upstream: Upstream, anyAge: boolean) => {
        const status =
          ages.get(upstream) ?? (compared.has(upstream) ? compared.get(upstream) : await guarded(upstream, signal));
        if (status === undefined) return undefined;
        const block =
          status.complete >= status.tip.height ? status.tip : await blockAt(upstream, status.complete, signal);
        if (best(knownHead) - block.height > settings.maxLagBlocks) {
          return bar(upstream, `lags at block ${block.height}`);
        }
        if (block.height < atLeast) {
          tooLow = Math.max(tooLow ?? 0, block.height);
          return undefined;
        }
        const old =
          settings.maxTipAgeSeconds > 0 && clock.now() - Date.parse(block.timestamp) > settings.maxTipAgeSeconds * 1000;
        if (old && !anyAge) {
          ages.set(upstream, status);
          return undefined;
        }
        upstream.barred = false;
        upstream.reason = old ? 'its newest block is old' : null;
        return { block, from: upstream, status };
      };
      try {
        return await inTurn(usable(), signal, (upstream) => accept(upstream, false));
      } catch (error) {
        if (!(error instanceof ChainUnavailable)) throw error;
        // A chain that stands still everywhere is no reason to refuse: its tip is old, and current all the same.
        if (ages.size > 0) return await inTurn([...ages.keys()], signal, (upstream) => accept(upstream, true));
        if (tooLow !== undefined) throw new BelowHeight(atLeast, tooLow);
        throw error;
      }
    },

    call: async (method, params, options) => {
      const order = inOrder(options).filter(({ refuses }) => !refuses.has(method));
      if (order.length === 0 && upstreams.every(({ refuses }) => refuses.has(method))) throw new MethodRefused(method);
      return inTurn(order, options.signal, (upstream) => ask(upstream, method, params, options.signal));
    },

    async callUntilFound(method, params, options) {
      const { signal } = options;
      let absent: Answered | undefined;
      try {
        return await inTurn(inOrder(options), signal, async (upstream) => {
          const answered = await ask(upstream, method, params, signal);
          if ('result' in answered) return answered;
          absent ??= answered;
          return undefined;
        });
      } catch (error) {
        if (absent !== undefined && error instanceof ChainUnavailable && !signal.aborted) return absent;
        throw error;
      }
    },

    async look(signal) {
      await Promise.allSettled(usable().map((upstream) => guarded(upstream, signal)));
      const highest = best();
      return upstreams.map((upstream) => report(upstream, highest));
    },

    bar,
    calls: () => calls,
  };

  async function blockAt(upstream: Upstream, height: number, signal: AbortSignal): Promise<PinnedBlock> {
    const answered = await ask(upstream, 'chain_get_block', { block_identifier: { Height: height } }, signal);
    if ('absent' in answered) throw new RpcFailure('body', 'no block at the height that it says it has');
    return decodeBlock(answered.result).pinned;
  }

  function report(upstream: Upstream, highest: number): UpstreamReport {
    const now = clock.now();
    const bad = upstream.avoidUntil > now || upstream.pausedUntil > now;
    const lags = upstream.height !== null && highest - upstream.height > settings.maxLagBlocks;
    if (upstream.seenAt === 0 && !bad) return { name: upstream.name, state: 'unknown', height: null, reason: null };
    const reason = bad ? upstream.reason : lags ? `lags at block ${upstream.height}` : null;
    return { name: upstream.name, state: reason === null ? 'healthy' : 'unhealthy', height: upstream.height, reason };
  }
}

/** No node serves this method. */
export class MethodRefused extends Error {
  override readonly name = 'MethodRefused';

  constructor(method: string) {
    super(`no node serves ${method}`);
  }
}

/** Every node is below the block that is needed. */
export class BelowHeight extends ChainUnavailable {
  readonly height: number;

  constructor(needed: number, height: number) {
    super(`no node has reached block ${needed}; the best is at ${height}`);
    this.height = height;
  }
}

/** The request itself is wrong: a defect of ours, no node's. */
class RequestRefused extends Error {
  override readonly name = 'RequestRefused';

  constructor(method: string, { code, message }: RpcError) {
    super(`${method} was refused: ${code} ${message}`);
  }
}

function createUpstream(url: string, attemptMs: number): Upstream {
  return {
    name: new URL(url).host,
    client: createRpcClient({ url, attemptMs, maxConnections: callsAtOnce }),
    limit: pLimit(callsAtOnce),
    height: null,
    seenAt: 0,
    low: 0,
    avoidUntil: 0,
    pausedUntil: 0,
    reason: null,
    barred: false,
    refuses: new Set(),
  };
}
