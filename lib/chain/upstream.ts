import pLimit from 'p-limit';
import type { PinnedBlock } from '../domain/chain.ts';
import { pause } from '../domain/deadline.ts';
import { ChainUnavailable } from '../domain/errors.ts';
import type { Clock, Log } from '../domain/service.ts';
import { createBreaker } from './breaker.ts';
import { classifyError, speaksAgainstNode } from './classify-error.ts';
import { createRecentAttempts, type RecentAttempts } from './recent-attempts.ts';
import { MethodRefused, RequestRefused } from './refusals.ts';
import type { RpcClient, RpcError } from './rpc-client.ts';
import { Abandoned, NoSuchBlock, RpcFailure, Throttled } from './rpc-failure.ts';
import { createTokenBucket } from './token-bucket.ts';
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
  /** Sent once, over a connection of its own. */
  readonly unpooled?: boolean;
  /** Called when the request leaves: until then it waited for its turn. */
  readonly onSent?: () => void;
}

/** One node as we see it. */
export interface Upstream {
  readonly name: string;
  readonly operator: string | null;
  readonly callsPerSecond: number | null;
  /** Its newest block by its own word, and when it told. */
  told: PinnedBlock | null;
  seenAt: number;
  /** The lowest block whose state it holds. */
  low: number;
  /** Why it is not healthy. */
  readonly reason: string | null;
  readonly unwell: boolean;
  /** It failed, and has not answered the like since: it is asked last. */
  readonly suspect: boolean;
  /** Another node has answered while this one was silent, and it has not answered sooner since. No fault: others go first. */
  readonly slow: boolean;
  outrun(afterMs: number): void;
  /** When it last failed, was outrun or was barred. */
  readonly blamedAt: number;
  /** It failed at something else than telling its status, so its status clears nothing. */
  readonly failsAtState: boolean;
  /** Its breaker is open: nobody asks it but a prober. */
  readonly open: boolean;
  /** It asked for a pause, and is not asked at all; for how many more milliseconds. */
  readonly pausedMs: number;
  /** A guard is red: nothing that it says counts until its status is right again. */
  readonly barred: boolean;
  /** Until its own rate of calls allows the next one. */
  readonly waitMs: number;
  readonly recent: RecentAttempts;
  refuses(method: string): boolean;
  refused(): readonly string[];
  /** One request; a failure marks the node and is thrown. */
  ask<Value>(
    method: string,
    params: object | undefined,
    decode: Decode<Value>,
    options: AskOptions,
  ): Promise<Answered<Value>>;
  /** `method`: the one at which it showed itself, where that was not its status. */
  bar(reason: string, method?: string): void;
  /** Its status was right; a node on a chain that stands still is all right, and says so. */
  clear(standsStill: boolean): void;
  readonly standsStill: boolean;
  /** What others know of it. */
  hold(reason: string | null): void;
  close(): void;
  pauseUntil(until: number): void;
}

export const statusMethod = 'info_get_status';

const oldTip = 'its newest block is old';

/** For how long a refusal is remembered: a node that restarts may refuse for a moment what it serves. */
const refusalMs = 600_000;
export const callsAtOnce = 24;
const manyOddErrors = 3;
const noSuchBlock = -32001;
/** A method that the node does not serve: not there, or switched off. */
const refusedCodes = new Set([-32601, -32019]);
/** One that says "later" without saying when. */
const pauseMs = 1_000;
/** Nobody shall be able to send us away for good. */
const longestPauseMs = 3_600_000;
/** An attempt that ended so much later than it should have: this process was frozen meanwhile, and knows nothing. */
const frozenMs = 2_000;

/** What comes of one request, for whoever counts. */
export interface Outcome {
  readonly upstream: string;
  readonly milliseconds: number;
  readonly result: 'answered' | 'failed' | 'throttled' | 'abandoned';
}

export interface UpstreamOptions {
  readonly name: string;
  readonly operator: string | null;
  readonly callsPerSecond: number | null;
  readonly client: RpcClient;
  readonly attemptMs: number;
  readonly clock: Clock;
  readonly log: Log;
  onCall(): void;
  onOutcome(outcome: Outcome): void;
  /** Its breaker has opened by what this process has seen. */
  onOpen(upstream: Upstream, reason: string | null): void;
  /** It has asked for a pause. */
  onPause(upstream: Upstream, until: number): void;
}

export function createUpstream(options: UpstreamOptions): Upstream {
  const { name, operator, callsPerSecond, client, attemptMs, clock, log } = options;
  const limit = pLimit(callsAtOnce);
  const bucket = createTokenBucket(callsPerSecond, clock);
  const recent = createRecentAttempts();
  const refused = new Map<string, number>();
  let pausedUntil = 0;
  let barred = false;
  let fault: string | null = null;
  let failedAt: string | undefined;
  let blamedAt = 0;
  let outrunAfterMs: number | undefined;
  let oddErrors = 0;
  let standsStill = false;
  const breaker = createBreaker(speaksAgainstNode, () => {
    log.warn('breaker opened', { node: name, reason: fault });
    options.onOpen(upstream, fault);
  });

  function suspect(method: string, why: string): void {
    if (failedAt === undefined) log.warn('node suspected', { node: name, reason: why });
    failedAt = method;
    fault = why;
    blamedAt = clock.now();
  }

  /** An error that may be the request's doing says little by itself; several in a row do. */
  function blameFor(method: string, error: RpcFailure): void {
    oddErrors = speaksAgainstNode(error) ? 0 : oddErrors + 1;
    if (oddErrors === 0 || oddErrors >= manyOddErrors) suspect(method, `${method}: ${error.message}`);
  }

  function paused(seconds: number | undefined): void {
    const asked = seconds === undefined ? pauseMs : Math.min(seconds * 1000, longestPauseMs);
    const until = clock.now() + asked;
    if (until <= pausedUntil) return;
    pausedUntil = until;
    fault = `asked for a pause of ${Math.ceil(asked / 1000)} s`;
    options.onPause(upstream, until);
  }

  /** One request that is sent, and how long it took. */
  async function request(
    method: string,
    params: object | undefined,
    { signal, patience = 1, onSent, unpooled }: AskOptions,
  ) {
    const began = clock.now();
    const told = (result: Outcome['result']): void => {
      const milliseconds = Math.max(0, clock.now() - began);
      if (result === 'abandoned' && milliseconds > attemptMs * patience + frozenMs) return;
      recent.note(milliseconds, result === 'failed');
      if (result === 'answered' && milliseconds < (outrunAfterMs ?? 0)) outrunAfterMs = undefined;
      options.onOutcome({ upstream: name, milliseconds, result });
    };
    options.onCall();
    onSent?.();
    try {
      const answer = await client.call(method, params, attemptMs * patience, signal, unpooled);
      told('answered');
      return answer;
    } catch (error) {
      // Somebody's deadline, or another node's answer, says nothing about this one; nor does our own absence.
      const frozen = clock.now() - began > attemptMs * patience + frozenMs;
      if (signal.aborted || frozen) {
        told('abandoned');
        throw new Abandoned(error);
      }
      told(error instanceof RpcFailure && classifyError(error) === 'later' ? 'throttled' : 'failed');
      throw error;
    }
  }

  async function attempt<Value>(
    method: string,
    params: object | undefined,
    decode: Decode<Value>,
    asking: AskOptions,
  ): Promise<{ readonly value: Value } | { readonly absent: RpcError }> {
    const { signal } = asking;
    const waitMs = bucket.take();
    if (waitMs > 0) await pause(waitMs, signal);
    const answer = await limit(() => {
      if (signal.aborted) throw new Abandoned();
      return request(method, params, asking);
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
    if (kind === 'later') throw new Throttled();
    if (error.code === noSuchBlock) throw new NoSuchBlock();
    // The node's own words may repeat what it was sent, an endpoint's secret among it: its code says enough.
    throw new RpcFailure('error', `error ${error.code}`, { rpcCode: error.code });
  }

  const upstream: Upstream = {
    name,
    operator,
    callsPerSecond,
    recent,
    told: null,
    seenAt: 0,
    low: 0,
    get reason() {
      if (upstream.unwell) return fault;
      return standsStill ? oldTip : null;
    },
    get standsStill() {
      return standsStill;
    },
    get unwell() {
      return barred || breaker.open || failedAt !== undefined || pausedUntil > clock.now();
    },
    get suspect() {
      return failedAt !== undefined;
    },
    get slow() {
      return outrunAfterMs !== undefined;
    },
    outrun(afterMs) {
      outrunAfterMs = afterMs;
      blamedAt = clock.now();
    },
    get blamedAt() {
      return blamedAt;
    },
    get failsAtState() {
      return failedAt !== undefined && failedAt !== statusMethod;
    },
    get open() {
      return breaker.open;
    },
    get pausedMs() {
      return Math.max(0, pausedUntil - clock.now());
    },
    get barred() {
      return barred;
    },
    get waitMs() {
      return bucket.waitMs;
    },
    refuses: (method) => (refused.get(method) ?? 0) > clock.now(),
    refused: () => [...refused.keys()].filter((method) => upstream.refuses(method)),

    async ask(method, params, decode, asking) {
      const { blame = true } = asking;
      const run = () => attempt(method, params, decode, asking);
      try {
        const answer = await (blame ? breaker.run(run) : run());
        oddErrors = 0;
        if (method !== statusMethod || !upstream.failsAtState) failedAt = undefined;
        return { from: upstream, ...answer };
      } catch (error) {
        if (error instanceof RpcFailure) {
          if (classifyError(error) === 'later') paused(error.pauseSeconds);
          else if (blame) blameFor(method, error);
        }
        throw error;
      }
    },

    bar(why, method) {
      if (!barred || fault !== why) log.warn('node barred', { node: name, reason: why });
      barred = true;
      fault = why;
      blamedAt = clock.now();
      if (method !== undefined) failedAt = method;
    },
    clear(still) {
      barred = false;
      standsStill = still;
    },
    hold(why) {
      if (breaker.open) return;
      fault = why;
      breaker.hold();
    },
    close() {
      if (!breaker.open) return;
      failedAt = undefined;
      breaker.close();
    },
    pauseUntil(until) {
      if (until <= pausedUntil) return;
      pausedUntil = Math.min(until, clock.now() + longestPauseMs);
      fault = 'asked another process for a pause';
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
