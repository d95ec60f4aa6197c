import type { EntityRef } from '../../../lib/domain/entity.ts';
import type { Outcome } from './request.ts';
import { contradiction } from './truths.ts';

/**
 * `right`: of the chain or the cache, and as the recording has it. `labelled`: as the recording had it, and said to be
 * old. `unavailable`: said that no node can answer, of what nobody has stored. Everything else is wrong.
 */
export type Verdict = 'right' | 'labelled' | 'unavailable' | { readonly wrong: string };

export interface Judged {
  readonly ref: EntityRef;
  readonly outcome: Outcome;
  /** The store had a value of it when the answer left. */
  readonly stored: boolean;
  readonly tookMs: number;
  readonly deadlineMs: number;
}

/** Timers are whole milliseconds, and the deadline is counted from within the handler. */
const slackMs = 20;

export function verdictOn({ ref, outcome: { status, body }, stored, tookMs, deadlineMs }: Judged): Verdict {
  if (tookMs > deadlineMs + slackMs) return { wrong: `it took ${Math.round(tookMs)} ms of ${deadlineMs}` };
  if (status === 503 && body?.code === 'chain_unavailable') {
    return stored ? { wrong: `it is stored, and yet: ${body.detail}` } : 'unavailable';
  }
  const { meta } = body ?? {};
  if (meta === undefined || (status !== 200 && status !== 404)) return { wrong: `${status} ${JSON.stringify(body)}` };
  const data = status === 404 ? null : body.data;
  if (data === undefined || (data === null) !== (status === 404)) return { wrong: `${status} without its data` };
  const wrong = contradiction(ref, data, meta.block);
  if (wrong !== undefined) return { wrong };
  // Nothing is followed in these runs: a claim beyond the own block would rest on nothing.
  if (meta.verifiedThrough.height !== meta.block.height) return { wrong: 'it claims more than its own block' };
  if (meta.stale === true) return 'labelled';
  if (meta.source === 'database') return { wrong: 'it is the database’s, and not said to be' };
  return 'right';
}
