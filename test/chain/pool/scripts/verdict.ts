import type { EntityRef } from '../../../../lib/domain/entity.ts';
import type { Outcome } from './request.ts';
import { contradiction } from './truths.ts';

/**
 * `right`: from the chain or the cache, and equal to the recording. `labelled`: equal to the recording at an older block, and
 * labelled as stale. `unavailable`: "no node can answer", for what is not stored. Everything else is wrong.
 */
export type Verdict = 'right' | 'labelled' | 'unavailable' | Wrong;

/** `failed`: not an answer. `unlabelled`: an old answer without the label, or one that claims too much. */
export interface Wrong {
  readonly kind: 'late' | 'failed' | 'untrue' | 'unlabelled';
  readonly wrong: string;
}

export const isWrong = (verdict: Verdict): verdict is Wrong => typeof verdict === 'object';

export interface Judged {
  readonly ref: EntityRef;
  readonly outcome: Outcome;
  /** The store had a value when the answer left. */
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
    return inTime(stored ? is('failed', `it is stored, but: ${body.detail}`) : 'unavailable');
  }
  const { meta } = body ?? {};
  const data = status === 404 ? null : body?.data;
  if (meta === undefined || (status !== 200 && status !== 404) || data === undefined) {
    return is('failed', `${status} ${JSON.stringify(body)}`);
  }
  const wrong = contradiction(ref, data, meta.block);
  if (wrong !== undefined) return is('untrue', wrong);
  // Sync does not run here: no answer may claim more than its own block.
  if (meta.verifiedThrough.height !== meta.block.height) return is('unlabelled', 'it claims more than its own block');
  if (meta.stale === true) return inTime('labelled');
  if (meta.source === 'database') return is('unlabelled', 'it is from the database, without the label');
  return inTime('right');
}
