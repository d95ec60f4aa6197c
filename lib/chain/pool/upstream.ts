import { pause } from '../../domain/deadline.ts';
import { ChainUnavailable } from '../../domain/errors.ts';
import type { Clock, Log, Metrics, UpstreamMetric } from '../../domain/ports/telemetry.ts';
import { classifyError } from '../rpc/classify-error.ts';
import { MethodRefused, RequestRefused } from '../rpc/refusals.ts';
import type { RpcAnswer, RpcError } from '../rpc/rpc-answer.ts';
import type { RpcClient } from '../rpc/rpc-client.ts';
import { Abandoned, NoPermit, NoSuchBlock, RpcFailure, Throttled } from '../rpc/rpc-failure.ts';
import { Unreadable } from '../rpc/unreadable.ts';
import { createNodeHealth, type NodeHealth } from './node-health.ts';
import { createRecentAttempts, type RecentAttempts } from './recent-attempts.ts';
import { createTokenBucket } from './token-bucket.ts';

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
export interface Upstream extends NodeHealth {
  readonly name: string;
  readonly operator: string | null;
  readonly callsPerSecond: number | null;
  /** Until its own rate of calls allows the next one. */
  waitMs(): number;
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
}

/** For how long a refusal is remembered: a node that restarts may refuse for a moment what it serves. */
const refusalMs = 600_000;
const noSuchBlock = -32001;
/** A method that the node does not serve: not there, or switched off. */
const refusedCodes = new Set([-32601, -32019]);
/** An attempt that ended so much later than it should have: this process was frozen meanwhile, and knows nothing. */
const frozenMs = 2_000;

export interface UpstreamOptions {
  readonly name: string;
  readonly operator: string | null;
  readonly callsPerSecond: number | null;
  readonly client: RpcClient;
  readonly attemptMs: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'upstream'>;
  onCall(): void;
  onOpen(upstream: Upstream, reason: string | null): void;
  onPause(upstream: Upstream, until: number): void;
}

export function createUpstream(options: UpstreamOptions): Upstream {
  const { name, operator, callsPerSecond, client, attemptMs, clock, log } = options;
  const bucket = createTokenBucket(callsPerSecond, clock);
  const recent = createRecentAttempts();
  const refusedUntil = new Map<string, number>();
  const count = (metric: UpstreamMetric, value = 1): void => options.metrics.upstream(name, metric, value);
  const standing = createNodeHealth({
    name,
    clock,
    log,
    count,
    onOpen: (reason) => options.onOpen(upstream, reason),
    onPause: (until) => options.onPause(upstream, until),
  });

  function measure(came: Came, milliseconds: number): void {
    recent.note(milliseconds, came === 'failed');
    count('UpstreamCalls');
    if (came === 'failed') count('UpstreamFailures');
    if (came === 'throttled') count('UpstreamThrottled');
    if (came !== 'answered') return;
    count('UpstreamLatency', milliseconds);
    standing.answeredAfter(milliseconds);
  }

  /** One request: its answer, judged, and how long it took. */
  async function attempt<Value>(
    method: string,
    params: object | undefined,
    decode: Decode<Value>,
    { signal, patience = 1, onSent, unpooled }: AskOptions,
  ): Promise<{ readonly value: Value } | { readonly absent: RpcError }> {
    const longestMs = attemptMs * patience;
    const wasOpen = standing.open;
    const isWanted = (): boolean => standing.pausedMs === 0 && (wasOpen || !standing.open);
    let sentAt: number | undefined;
    const elapsed = (): number => Math.max(0, clock.now() - (sentAt ?? clock.now()));
    const sending = {
      unpooled,
      onSent() {
        if (!isWanted()) return false;
        sentAt = clock.now();
        options.onCall();
        onSent?.();
        return true;
      },
    };
    await turn(longestMs, signal);
    if (signal.aborted) throw new Abandoned();
    if (!isWanted()) throw new NoPermit();
    let tookMs: number | undefined;
    try {
      const answer = await client.call(method, params, longestMs, signal, sending);
      tookMs = elapsed();
      const read = await judged(method, answer, decode);
      measure('answered', tookMs);
      return read;
    } catch (error) {
      // This process was frozen meanwhile, or nobody waits any more: neither says anything about the node.
      if (tookMs === undefined && elapsed() > longestMs + frozenMs) throw new Abandoned(error);
      if (sentAt !== undefined) measure(signal.aborted ? 'abandoned' : resultOf(error), tookMs ?? elapsed());
      throw signal.aborted ? new Abandoned(error) : error;
    }
  }

  /** Waits for the node's own rate of calls. */
  async function turn(longestMs: number, signal: AbortSignal): Promise<void> {
    const waitMs = bucket.take();
    if (waitMs === 0) return;
    if (waitMs <= longestMs) await pause(waitMs, signal);
    if (waitMs <= longestMs && !signal.aborted) return;
    bucket.giveBack();
    throw signal.aborted ? new Abandoned() : new NoPermit();
  }

  async function judged<Value>(method: string, answer: RpcAnswer, decode: Decode<Value>) {
    if ('result' in answer) return { value: await decoded(decode, answer.result) };
    const { error } = answer;
    if (refusedCodes.has(error.code)) {
      refusedUntil.set(method, clock.now() + refusalMs);
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

  const refuses = (method: string): boolean => (refusedUntil.get(method) ?? 0) > clock.now();

  const upstream: Upstream = Object.assign(standing, {
    name,
    operator,
    callsPerSecond,
    recent,
    waitMs: () => bucket.waitMs,
    refuses,
    refused: () => [...refusedUntil.keys()].filter(refuses),
    ask,
  });
  return upstream;

  async function ask<Value>(
    method: string,
    params: object | undefined,
    decode: Decode<Value>,
    asking: AskOptions,
  ): Promise<Answered<Value>> {
    const { blame = true } = asking;
    const run = () => attempt(method, params, decode, asking);
    try {
      const answer = await (blame ? standing.run(run) : run());
      standing.succeeded(method);
      return { from: upstream, ...answer };
    } catch (error) {
      const isLater = error instanceof RpcFailure && classifyError(error) === 'later';
      if (error instanceof RpcFailure && (blame || isLater)) standing.failed(method, error);
      throw error;
    }
  }
}

type Came = 'answered' | 'failed' | 'throttled' | 'abandoned';

/** What was refused was answered all the same. */
function resultOf(error: unknown): Came {
  if (error instanceof MethodRefused || error instanceof RequestRefused) return 'answered';
  return error instanceof RpcFailure && classifyError(error) === 'later' ? 'throttled' : 'failed';
}

async function decoded<Value>(decode: Decode<Value>, result: unknown): Promise<Value> {
  try {
    return await decode(result);
  } catch (error) {
    if (error instanceof ChainUnavailable) throw error;
    throw new Unreadable('a value that cannot be decoded', error);
  }
}
