import { UnusableAnswer } from '../../domain/errors.ts';
import type { FoundEvidence } from '../../domain/evidence.ts';
import type { Purpose } from '../../domain/ports/chain.ts';
import type { Clock, Log, Metrics, UpstreamMetric } from '../../domain/ports/telemetry.ts';
import { classifyError } from '../rpc/classify-error.ts';
import { Abandoned, MethodRefused, NoPermit, NoSuchBlock, RequestRefused, RpcFailure } from '../rpc/errors.ts';
import type { RpcError } from '../rpc/rpc-answer.ts';
import type { RpcClient } from '../rpc/rpc-client.ts';
import { type Decode, interpretAnswer } from './interpret-answer.ts';
import { createNodeHealth, type NodeHealth, statusMethod } from './node-health.ts';
import { noteAttempt } from './note-attempt.ts';
import { createPermits } from './permits.ts';
import { createRecentAttempts, type RecentAttempts } from './recent-attempts.ts';
import type { BlockAsked } from './reported-blocks.ts';

/** An answer, or the node's own "not found"; `from` is the node that gave it. */
export type Answered<Value> =
  | { readonly from: Upstream; readonly value: Value }
  | { readonly from: Upstream; readonly absent: RpcError };

export interface AskOptions {
  readonly signal: AbortSignal;
  /** Multiplies the attempt's time limit: a reading of hundreds of calls has to wait for the node's rate limit. */
  readonly patience?: number;
  /** False where a failure is not the node's fault: it may have pruned what is old, or be slow with what is large. */
  readonly blame?: boolean;
  /** The block that the request is about: a node that reported it and does not have it is not believed (rule ANSWER-5). */
  readonly block?: BlockAsked | undefined;
  /** Sent exactly once, over a new connection. */
  readonly unpooled?: boolean;
  /** Called when the request leaves, after it waited for a permit and a connection. */
  readonly onSent?: () => void;
}

/** One node, as this process sees it. */
export interface Upstream extends NodeHealth {
  readonly name: string;
  readonly operator: string | null;
  readonly callsPerSecond: number | null;
  /** Milliseconds until the configured rate of calls allows the next one. */
  waitMs(): number;
  readonly recent: RecentAttempts;
  refuses(method: string): boolean;
  /** The methods that the node refuses. */
  refused(): readonly string[];
  /** Another node's answer shows that this one's was not whole (rule ANSWER-2). */
  blame(method: string, failure: RpcFailure): void;
  /**
   * Sends one request. A failure is noted in the node's health, and thrown. What is wrong with the form of a result is only
   * thrown: the caller knows what other nodes say.
   */
  ask<Value>(
    method: string,
    params: object | undefined,
    decode: Decode<Value>,
    options: AskOptions,
  ): Promise<Answered<Value>>;
}

/** How long a refusal is remembered: a node may refuse a method that it serves while it restarts. */
const refusalMs = 600_000;
const nodeRequestFailed = -32018;
/** An attempt that ended so much later than its limit shows that this process was frozen: it proves nothing. */
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
  /** For whom this asynchronous context asks. */
  readonly purpose?: () => Purpose | undefined;
  onCall(): void;
  onOpen(upstream: Upstream, reason: string): void;
  onPause(upstream: Upstream, until: number): void;
  onRefuted?(upstream: Upstream, reason: string, method: string, evidence: FoundEvidence): void;
}

export function createUpstream(options: UpstreamOptions): Upstream {
  const { name, operator, callsPerSecond, client, attemptMs, clock, log } = options;
  const permits = createPermits(callsPerSecond, { ...clock, now: clock.steady });
  const recent = createRecentAttempts();
  const refusedUntil = new Map<string, number>();
  const count = (metric: UpstreamMetric, value = 1): void => options.metrics.upstream(name, metric, value);
  const health = createNodeHealth({
    name,
    clock,
    log,
    count,
    onOpen: (reason) => options.onOpen(upstream, reason),
    onPause: (until) => options.onPause(upstream, until),
    onRefuted: (reason, method, evidence) => options.onRefuted?.(upstream, reason, method, evidence),
  });
  const refuses = (method: string): boolean => (refusedUntil.get(method) ?? 0) > clock.steady();

  const upstream: Upstream = Object.assign(health, {
    name,
    operator,
    callsPerSecond,
    recent,
    waitMs: () => permits.waitMs(options.purpose?.()),
    refuses,
    refused: () => [...refusedUntil.keys()].filter(refuses),
    blame,
    ask,
  });
  return upstream;

  async function ask<Value>(
    method: string,
    params: object | undefined,
    decode: Decode<Value>,
    asking: AskOptions,
  ): Promise<Answered<Value>> {
    const { blame = true, block } = asking;
    const run = () =>
      attempt(method, params, decode, asking).catch(async (error: unknown) => {
        throw (await isDenial(error, asking)) ? new NoSuchBlock((error as RpcFailure).rpcCode) : error;
      });
    try {
      const answer = await (blame ? health.run(method, run) : run());
      health.noteSuccess(method);
      return { from: upstream, ...answer };
    } catch (error) {
      if (error instanceof NoSuchBlock) {
        if (block !== undefined && health.hasReported(block) && !isPruned(block)) health.deny(block);
        throw error;
      }
      if (!(error instanceof RpcFailure) || error.stage === 'form') throw error;
      // Rule PROOF-1: nothing but the node itself can make a proof of another value.
      if (error.stage === 'proof') health.bar(error.message, method, error.evidence);
      else if (blame || classifyError(error) === 'later') health.noteFailure(method, error);
      throw error;
    }
  }

  function blame(method: string, { message, cause }: RpcFailure): void {
    const failure = new RpcFailure('body', message, { cause });
    count('UpstreamFailures');
    health.run(method, () => Promise.reject(failure)).catch(() => health.noteFailure(method, failure));
  }

  function isPruned({ height, hash }: BlockAsked): boolean {
    return hash === undefined && height !== undefined && height < health.lowestBlock;
  }

  /** A 2.x node says -32018 of many things: one that reported the block is asked whether it has it. */
  async function isDenial(error: unknown, { block, signal }: AskOptions): Promise<boolean> {
    if (!(error instanceof RpcFailure) || error.rpcCode !== nodeRequestFailed || error instanceof NoSuchBlock)
      return false;
    if (block?.hash === undefined || classifyError(error) === 'later' || !health.hasReported(block)) return false;
    const params = { block_identifier: { Hash: block.hash } };
    const shown = attempt('chain_get_block', params, () => true, { signal });
    return shown.then(
      () => false,
      (failure: unknown) => failure instanceof NoSuchBlock,
    );
  }

  function attempt<Value>(method: string, params: object | undefined, decode: Decode<Value>, asking: AskOptions) {
    return noteAttempt({ node: name, method, breaker: health.isOpen ? 'open' : 'closed' }, clock, (leaves) => {
      const onSent = (): void => {
        leaves();
        asking.onSent?.();
      };
      return send(method, params, decode, { ...asking, onSent });
    });
  }

  /** Waits for a permit, sends the request, interprets the answer and measures the time. */
  async function send<Value>(
    method: string,
    params: object | undefined,
    decode: Decode<Value>,
    { signal, patience = 1, onSent, unpooled }: AskOptions,
  ): Promise<{ readonly value: Value } | { readonly absent: RpcError }> {
    const longestMs = attemptMs * patience;
    const wasOpen = health.isOpen;
    const isWanted = (): boolean => health.pausedMs === 0 && (wasOpen || !health.isOpen);
    let sentAt: number | undefined;
    const elapsed = (): number => Math.max(0, clock.steady() - (sentAt ?? clock.steady()));
    const sending = {
      unpooled,
      onSent() {
        if (!isWanted()) return false;
        sentAt = clock.steady();
        options.onCall();
        onSent?.();
        return true;
      },
    };
    await waitForPermit(longestMs, signal);
    if (signal.aborted) throw new Abandoned();
    if (!isWanted()) throw new NoPermit();
    let tookMs: number | undefined;
    try {
      const answer = await client.call(method, params, longestMs, signal, sending);
      tookMs = elapsed();
      const interpreted = await interpretAnswer(method, answer, decode);
      measure('answered', tookMs);
      return interpreted;
    } catch (caught) {
      const error = method === statusMethod ? ofStatus(caught) : caught;
      if (error instanceof MethodRefused) refusedUntil.set(method, clock.steady() + refusalMs);
      // Neither a frozen process nor a caller that stopped waiting says anything about the node.
      if (tookMs === undefined && elapsed() > longestMs + frozenMs) throw new Abandoned(error);
      if (sentAt !== undefined) measure(signal.aborted ? 'abandoned' : resultOf(error), tookMs ?? elapsed());
      throw signal.aborted ? new Abandoned(error) : error;
    }
  }

  async function waitForPermit(longestMs: number, signal: AbortSignal): Promise<void> {
    if (await permits.take(options.purpose?.(), longestMs, signal)) return;
    throw signal.aborted ? new Abandoned() : new NoPermit();
  }

  function measure(result: AttemptResult, milliseconds: number): void {
    recent.note(milliseconds, result === 'failed');
    count('UpstreamCalls');
    if (result === 'failed') count('UpstreamFailures');
    if (result === 'throttled') count('UpstreamThrottled');
    if (result !== 'answered') return;
    count('UpstreamLatency', milliseconds);
    health.answeredAfter(milliseconds);
  }
}

type AttemptResult = 'answered' | 'failed' | 'throttled' | 'abandoned';

/** Rule ANSWER-2: no caller can make a node's status odd, so there the node itself is at fault. */
const ofStatus = (error: unknown): unknown =>
  error instanceof UnusableAnswer || (error instanceof RpcFailure && error.stage === 'form')
    ? new RpcFailure('body', error.message, { cause: error })
    : error;

/** A refusal is an answer, and so is one that cannot be used. */
function resultOf(error: unknown): AttemptResult {
  if (error instanceof MethodRefused || error instanceof RequestRefused || error instanceof UnusableAnswer)
    return 'answered';
  if (!(error instanceof RpcFailure)) return 'failed';
  if (error.stage === 'form') return 'answered';
  return classifyError(error) === 'later' ? 'throttled' : 'failed';
}
