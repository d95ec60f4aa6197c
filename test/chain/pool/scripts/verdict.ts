import type { EntityRef } from '../../../../lib/domain/entity.ts';
import type { Outcome } from './request.ts';
import { contradiction } from './truths.ts';

/**
 * `right`: of the chain or the cache, and as the recording has it. `labelled`: as the recording had it, and said to be
 * old. `unavailable`: said that no node can answer, of what nobody has stored. Everything else is wrong.
 */
export type Verdict = 'right' | 'labelled' | 'unavailable' | Wrong;

/** `failed`: it is no answer; `unlabelled`: it is one of the past that does not say so, or one that claims too much. */
export interface Wrong {
  readonly kind: 'late' | 'failed' | 'untrue' | 'unlabelled';
  readonly wrong: string;
}

export const isWrong = (verdict: Verdict): verdict is Wrong => typeof verdict === 'object';

export interface Judged {
  readonly ref: EntityRef;
  readonly outcome: Outcome;
  /** The store had a value of it when the answer left. */
  readonly stored: boolean;
  readonly tookMs: number;
  readonly deadlineMs: number;
}

/** An untrue answer is untrue first, however late it comes. */
export function verdictOn({ ref, outcome: { status, body }, stored, tookMs, deadlineMs }: Judged): Verdict {
  const is = (kind: Wrong['kind'], wrong: string): Wrong => ({ kind, wrong });
  const late = tookMs > deadlineMs;
  const inTime = (verdict: Verdict): Verdict =>
    late ? is('late', `it took ${Math.round(tookMs)} ms of ${deadlineMs}`) : verdict;

  if (status === 503 && body?.code === 'chain_unavailable') {
    return inTime(stored ? is('failed', `it is stored, and yet: ${body.detail}`) : 'unavailable');
  }
  const { meta } = body ?? {};
  const data = status === 404 ? null : body?.data;
  if (meta === undefined || (status !== 200 && status !== 404) || data === undefined) {
    return is('failed', `${status} ${JSON.stringify(body)}`);
  }
  const wrong = contradiction(ref, data, meta.block);
  if (wrong !== undefined) return is('untrue', wrong);
  // Nothing is followed in these runs: a claim beyond the own block would rest on nothing.
  if (meta.verifiedThrough.height !== meta.block.height) return is('unlabelled', 'it claims more than its own block');
  if (meta.stale === true) return inTime('labelled');
  if (meta.source === 'database') return is('unlabelled', "it is the database's, and does not say so");
  return inTime('right');
}
