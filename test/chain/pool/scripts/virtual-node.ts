import { createNode } from '../../../../infra/local/dev-chain/node.ts';
import { loadRecording } from '../../../../infra/local/dev-chain/recording.ts';
import { createAttemptTimer } from '../../../../lib/chain/rpc/attempt-timer.ts';
import { RpcFailure } from '../../../../lib/chain/rpc/errors.ts';
import { parseExactJson, type RpcAnswer } from '../../../../lib/chain/rpc/rpc-answer.ts';
import type { RpcClient } from '../../../../lib/chain/rpc/rpc-client.ts';
import type { Chance } from './chance.ts';
import { type Condition, drawFailure, drawLatency, type Failure } from './condition.ts';

/** The outcome of a call, as the node knows it. `late`: the caller had stopped waiting for the answer. */
export type Fate = Failure | 'throttled' | 'untrue' | 'late' | 'answered';

export interface VirtualNode {
  readonly name: string;
  readonly operator: string;
  readonly client: RpcClient;
  setHeight(height: number): void;
  /** Requests so far; `method`: of one method only. */
  calls(method?: string): number;
  fates(): Readonly<Partial<Record<Fate, number>>>;
  /** Milliseconds that its answers took, on average. */
  meanLatency(): number;
}

export interface VirtualNodeOptions {
  readonly name: string;
  readonly operator: string;
  readonly height: number;
  readonly condition: () => Condition;
  readonly draw: Chance;
}

/** A recorded node and the network to it, in virtual time. It fails as `createRpcClient` does. */
export function createVirtualNode({ name, operator, height, condition, draw }: VirtualNodeOptions): VirtualNode {
  const node = createNode(loadRecording('chain-a'), height);
  const fates = new Map<Fate, number>();
  const latencies: number[] = [];
  const calledAt: number[] = [];
  const called: string[] = [];
  const note = (fate: Fate): void => void fates.set(fate, (fates.get(fate) ?? 0) + 1);

  function isBeyond({ limit }: Condition): boolean {
    calledAt.push(Date.now());
    if (limit === undefined) return false;
    return calledAt.filter((at) => at > Date.now() - 1000).length > limit.callsPerSecond;
  }

  /** The node's answer, written as text and parsed again. */
  function answerOf(method: string, params: object | undefined, { says }: Condition): RpcAnswer {
    node.fault(says?.untruth, { blocksBehind: says?.blocksBehind ?? 0 });
    note(says === undefined ? 'answered' : 'untrue');
    return parseExactJson(JSON.stringify(node.answer(1, method, params))) as RpcAnswer;
  }

  function fail(failure: Exclude<Failure, 'silent'>): RpcFailure {
    note(failure);
    return failures[failure]();
  }

  /** The request travels, the node answers by its condition at that moment, and the answer travels back. */
  async function exchange(method: string, params: object | undefined, isAwaited: () => boolean): Promise<RpcAnswer> {
    const now = condition();
    const failure = drawFailure(now, draw);
    const latency = drawLatency(now, draw);
    const beyond = isBeyond(now);
    if (failure === 'silent') {
      note(failure);
      return new Promise(() => undefined);
    }
    if (failure === 'refused') {
      await passed(1);
      throw fail(failure);
    }
    await passed(latency / 2);
    if (failure !== undefined) throw fail(failure);
    if (beyond) {
      note('throttled');
      throw new RpcFailure('status', 'HTTP 429', { status: 429, retryAfter: now.limit?.retryAfter });
    }
    const answer = answerOf(method, params, now);
    await passed(latency / 2);
    latencies.push(latency);
    if (!isAwaited()) note('late');
    return answer;
  }

  return {
    name,
    operator,
    setHeight: node.setHeight,
    calls: (method) => (method === undefined ? called.length : called.filter((name) => name === method).length),
    fates: () => Object.fromEntries(fates),
    meanLatency: () => latencies.reduce((sum, one) => sum + one, 0) / latencies.length,
    client: {
      async call(method, params, attemptMs, signal, sending) {
        const attempt = createAttemptTimer(signal);
        try {
          attempt.begin(attemptMs);
          sending?.onSent?.();
          called.push(method);
          return await attempt.beforeEnd(exchange(method, params, () => !attempt.ended));
        } catch (error) {
          if (error instanceof RpcFailure) throw error;
          throw new RpcFailure('timeout', 'no answer in time', { cause: error });
        } finally {
          attempt.close();
        }
      },
    },
  };
}

const failures: Readonly<Record<Exclude<Failure, 'silent'>, () => RpcFailure>> = {
  refused: () => new RpcFailure('connection', 'ECONNREFUSED'),
  'server-error': () => new RpcFailure('status', 'HTTP 500', { status: 500 }),
  unavailable: () => new RpcFailure('status', 'HTTP 503', { status: 503 }),
  garbage: () => new RpcFailure('body', 'content type text/html'),
  truncated: () => new RpcFailure('body', 'truncated'),
};

const passed = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
