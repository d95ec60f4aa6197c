import type { Endpoint } from '../../../lib/chain/pool/upstreams.ts';
import { createAttemptTimer } from '../../../lib/chain/rpc/attempt-timer.ts';
import { NoPermit, RpcFailure } from '../../../lib/chain/rpc/errors.ts';
import type { RpcAnswer } from '../../../lib/chain/rpc/rpc-answer.ts';
import { ChainUnavailable } from '../../../lib/domain/errors.ts';
import { endVirtualTime, passUntil, startVirtualTime } from './scripts/virtual-time.ts';

/** What a node does with its n-th request, counted from 1. */
export type Behaviour = (call: number, request: RpcRequest) => RpcAnswer | Promise<RpcAnswer>;

export interface RpcRequest {
  readonly method: string;
  // biome-ignore lint/suspicious/noExplicitAny: parameters of every method
  readonly params: any;
}

/** A node in this process, for virtual time: no socket, and a timer for every wait. */
export interface ScriptedNode {
  behave: Behaviour;
  /** When each request left, in milliseconds since the node was made. */
  readonly askedAt: number[];
  /** Requests whose caller stopped waiting before they were answered. */
  abandoned: number;
  readonly client: Endpoint['client'];
}

export const value =
  (text: string): Behaviour =>
  () => ({ result: { value: text } });
export const absent: Behaviour = () => ({
  error: { code: -32003, message: 'Query failed', data: 'value was not found in the global state' },
});
/** A JSON-RPC error that says nothing about the request or the node. */
export const oddError: Behaviour = () => ({ error: { code: -32003, message: 'Query failed', data: null } });
export const silent: Behaviour = () => new Promise(() => undefined);
export const delayed =
  (milliseconds: number, then: Behaviour): Behaviour =>
  async (call, request) => {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    return then(call, request);
  };

const failing =
  (failure: () => RpcFailure): Behaviour =>
  () => {
    throw failure();
  };
export const refused = failing(() => new RpcFailure('connection', 'ECONNREFUSED'));
export const garbage = failing(() => new RpcFailure('body', 'not JSON'));
export const httpStatus = (status: number, retryAfter?: number): Behaviour =>
  failing(() => new RpcFailure('status', `HTTP ${status}`, { status, retryAfter }));

export function scriptedNode(behave: Behaviour): ScriptedNode {
  const began = Date.now();
  const node: ScriptedNode = {
    behave,
    askedAt: [],
    abandoned: 0,
    client: {
      async call(method, params, attemptMs, signal, sending) {
        const timer = createAttemptTimer(signal);
        try {
          timer.begin(attemptMs);
          if (sending?.onSent?.() === false) throw new NoPermit();
          const call = node.askedAt.push(Date.now() - began);
          return await timer.beforeEnd((async () => node.behave(call, { method, params }))());
        } catch (error) {
          if (error instanceof ChainUnavailable) throw error;
          if (signal.aborted) node.abandoned += 1;
          throw new RpcFailure('timeout', 'no answer in time', { cause: error });
        } finally {
          timer.close();
        }
      },
    },
  };
  return node;
}

export const endpoint = ({ client }: ScriptedNode, name: string, over: Partial<Endpoint> = {}): Endpoint => ({
  name,
  operator: null,
  callsPerSecond: null,
  client,
  ...over,
});

/** Runs it while time moves from timer to timer; throws when it is not done within so many virtual seconds. */
export async function inVirtualTime<T>(work: () => Promise<T>, seconds = 120): Promise<T> {
  startVirtualTime('2026-11-23T00:40:00.000Z');
  try {
    let isDone = false;
    const outcome = work().finally(() => {
      isDone = true;
    });
    outcome.catch(() => undefined);
    await passUntil(() => isDone, seconds);
    return await outcome;
  } finally {
    endVirtualTime();
  }
}

/** Lets virtual time pass within `inVirtualTime`. */
export const passed = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
