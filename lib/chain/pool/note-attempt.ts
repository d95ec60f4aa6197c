import { UnusableAnswer } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports/telemetry.ts';
import { currentTrace, reasonOf } from '../../domain/trace.ts';
import { classifyError } from '../rpc/classify-error.ts';
import { Abandoned, NoPermit, RpcFailure } from '../rpc/errors.ts';

interface Attempted {
  readonly node: string;
  readonly method: string;
  readonly breaker: 'open' | 'closed';
}

/** Notes one attempt in the trace of the request that it is made for, if there is one. It calls `onSent` when the request leaves. */
export async function noteAttempt<T extends object>(
  of: Attempted,
  { steady }: Pick<Clock, 'steady'>,
  attempt: (onSent: () => void) => Promise<T>,
): Promise<T> {
  const trace = currentTrace();
  if (trace === undefined) return attempt(() => {});
  const begun = steady();
  let sentAt: number | undefined;
  const since = (until: number): number => Math.max(0, Math.round(until - begun));
  const hop = (outcome: string, why?: () => string) => {
    const now = steady();
    trace.note({ step: 'node', outcome, ...of, tookMs: since(now), waitedMs: since(sentAt ?? now), why });
  };
  try {
    const answer = await attempt(() => {
      sentAt = steady();
    });
    hop('absent' in answer ? 'has none' : 'answered');
    return answer;
  } catch (error) {
    hop(outcomeOf(error), () => reasonOf(error));
    throw error;
  }
}

function outcomeOf(error: unknown): string {
  if (error instanceof NoPermit) return 'not sent';
  if (error instanceof Abandoned) return 'given up';
  if (error instanceof UnusableAnswer) return 'unusable';
  return error instanceof RpcFailure && classifyError(error) === 'later' ? 'throttled' : 'failed';
}
