import pLimit from 'p-limit';
import type { PinnedBlock } from '../domain/chain.ts';
import { ChainUnavailable } from '../domain/errors.ts';
import type { Clock, Log } from '../domain/service.ts';
import { classifyError } from './classify-error.ts';
import { createRpcClient, type RpcClient, type RpcError } from './rpc-client.ts';
import { NoSuchBlock, RpcFailure } from './rpc-failure.ts';
import { Unreadable } from './unreadable.ts';

/** An answer, or the node's own "not there"; `from` is the node that gave it. */
export type Answered<Value> =
  | { readonly from: Upstream; readonly value: Value }
  | { readonly from: Upstream; readonly absent: RpcError };

/** Reads a result. Part of the attempt: a node whose answer cannot be read is passed over like one that gave none. */
export type Decode<Value> = (result: unknown) => Value | Promise<Value>;

export interface AskOptions {
  readonly signal: AbortSignal;
  /** How many times the ordinary attempt it may take: a reading of hundreds of calls waits at a node's own limits. */
  readonly patience?: number;
  /** False where failing is no fault of the node's: it may have forgotten what is old, or be slow with what is large. */
  readonly blame?: boolean;
}

/** One node as we see it. */
export interface Upstream {
  /** Host and port: the rest of the URL may hold a secret. */
  readonly name: string;
  /** Its newest block by its own word, and when it told. */
  told: PinnedBlock | null;
  seenAt: number;
  /** The lowest block whose state it holds. */
  low: number;
  /** Why it is not healthy. */
  readonly reason: string | null;
  /** It failed, and has not told a right status since; or it asked for a pause. */
  readonly unwell: boolean;
  /** It failed lately, and is asked last. */
  readonly avoided: boolean;
  /** It asked for a pause, and is not asked at all; for how many more milliseconds. */
  readonly pausedMs: number;
  /** A guard is red: nothing that it says counts until its status is right again. */
  readonly barred: boolean;
  refuses(method: string): boolean;
  /** One request; a failure marks the node and is thrown. */
  ask<Value>(
    method: string,
    params: object | undefined,
    decode: Decode<Value>,
    options: AskOptions,
  ): Promise<Answered<Value>>;
  avoid(reason: string): void;
  bar(reason: string): void;
  /** Its status was right; `remark` where something about it is worth saying all the same. */
  clear(remark: string | null): void;
}

/** A node that failed is asked last for this long; then it is the first choice again. */
const avoidMs = 5_000;
/** For how long a refusal is remembered: a node that restarts may refuse for a moment what it serves. */
const refusalMs = 600_000;
const callsAtOnce = 24;
const noSuchBlock = -32001;
/** A method that the node does not serve: not there, or switched off. */
const refusedCodes = new Set([-32601, -32019]);

export interface UpstreamContext {
  readonly attemptMs: number;
  /** It is the only node. */
  readonly alone: boolean;
  readonly clock: Clock;
  readonly log: Log;
  /** Hears of every request that is sent. */
  onCall(): void;
}

export function createUpstream(url: string, { attemptMs, alone, clock, log, onCall }: UpstreamContext): Upstream {
  const client: RpcClient = createRpcClient({ url, maxConnections: callsAtOnce, alone });
  const limit = pLimit(callsAtOnce);
  const refused = new Map<string, number>();
  const name = new URL(url).host;
  let avoidUntil = 0;
  let pausedUntil = 0;
  let barred = false;
  let fault: string | null = null;
  let faultAt = 0;
  let remark: string | null = null;

  function avoid(why: string): void {
    avoidUntil = clock.now() + avoidMs;
    fault = why;
    faultAt = clock.now();
    log.warn('node avoided', { node: name, reason: why });
  }

  const pause = (seconds: number): void => {
    pausedUntil = Math.max(pausedUntil, clock.now() + seconds * 1000);
  };

  async function attempt<Value>(
    method: string,
    params: object | undefined,
    decode: Decode<Value>,
    { signal, patience = 1 }: AskOptions,
  ): Promise<{ readonly value: Value } | { readonly absent: RpcError }> {
    const answer = await limit(() => {
      signal.throwIfAborted();
      onCall();
      return client.call(method, params, attemptMs * patience, signal);
    });
    if ('result' in answer) return { value: await decoded(decode, answer.result) };
    const { error } = answer;
    if (refusedCodes.has(error.code)) {
      refused.set(method, clock.now() + refusalMs);
      throw new MethodRefused(method);
    }
    const kind = classifyError(error);
    if (kind === 'absent') return { absent: error };
    if (kind === 'caller') throw new RequestRefused(method, error);
    if (kind === 'later') pause(1);
    if (error.code === noSuchBlock) throw new NoSuchBlock();
    // The node's own words may repeat what it was sent, an endpoint's secret among it: its code says enough.
    throw new RpcFailure('body', `error ${error.code}`);
  }

  const upstream: Upstream = {
    name,
    told: null,
    seenAt: 0,
    low: 0,
    get reason() {
      return upstream.unwell ? fault : remark;
    },
    get unwell() {
      const now = clock.now();
      return barred || pausedUntil > now || (avoidUntil > now && upstream.seenAt < faultAt);
    },
    get avoided() {
      return avoidUntil > clock.now();
    },
    get pausedMs() {
      return Math.max(0, pausedUntil - clock.now());
    },
    get barred() {
      return barred;
    },
    refuses: (method) => (refused.get(method) ?? 0) > clock.now(),

    async ask(method, params, decode, options) {
      const { signal, blame = true } = options;
      try {
        return { from: upstream, ...(await attempt(method, params, decode, options)) };
      } catch (error) {
        // Our own deadline says nothing about the node.
        if (error instanceof RpcFailure && !signal.aborted) {
          if (classifyError(error) === 'later') pause(error.retryAfter ?? 1);
          if (blame && avoidUntil <= clock.now()) avoid(`${method}: ${error.message}`);
        }
        throw error;
      }
    },

    avoid,
    bar(why) {
      barred = true;
      avoid(why);
    },
    clear(note) {
      barred = false;
      remark = note;
    },
  };
  return upstream;
}

async function decoded<Value>(decode: Decode<Value>, result: unknown): Promise<Value> {
  try {
    return await decode(result);
  } catch (error) {
    if (error instanceof ChainUnavailable) throw error;
    throw new Unreadable('a value that cannot be decoded', error);
  }
}

/** No node serves this method. */
export class MethodRefused extends ChainUnavailable {
  override readonly name = 'MethodRefused';

  constructor(method: string) {
    super(`no node serves ${method}`);
  }
}

/** The request itself is wrong: a defect of ours, no node's. */
export class RequestRefused extends ChainUnavailable {
  override readonly name = 'RequestRefused';

  constructor(method: string, { code }: RpcError) {
    super(`${method} was refused with error ${code}`);
  }
}
