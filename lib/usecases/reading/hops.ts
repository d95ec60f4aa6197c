import type { Answer } from '../../domain/answer.ts';
import type { Snapshot } from '../../domain/claim.ts';
import { type EntityRef, refKey } from '../../domain/entity.ts';
import type { Freshness, ReadOptions } from '../../domain/freshness.ts';
import type { ValueProof } from '../../domain/proof.ts';
import { note, noteFailure } from '../../domain/trace.ts';
import type { Judged } from './answer-from.ts';

/** What a lookup notes of its way (rule EXPLAIN-1). A cached answer costs a few assignments; texts are made where they are kept. */

/** Notes the error that ends the lookup. */
export async function notingFailure<T>(ref: EntityRef, lookup: () => Promise<T>): Promise<T> {
  try {
    return await lookup();
  } catch (error) {
    noteFailure(refKey(ref), error);
    throw error;
  }
}

export function noteAsked(ref: EntityRef, options: ReadOptions, snapshot: Snapshot | undefined): void {
  note({ step: 'asked', outcome: ref.kind, ref: refKey(ref), why: () => directivesOf(options) });
  if (snapshot === undefined) note({ step: 'snapshot', outcome: 'not available' });
  else noteSnapshot(snapshot);
}

function noteSnapshot({ progress }: Snapshot): void {
  const height = progress.cursor?.height;
  note({
    step: 'snapshot',
    outcome: height === undefined ? 'before the first tick of sync' : 'cursor',
    ...(height !== undefined && { height }),
    why: () => `mark ${progress.mark}, head ${progress.head?.height ?? null}, fork ${progress.fork}`,
  });
}

export function noteCached({ entry, through, age, freshSeconds, isSyncLate }: Judged, outcome: Freshness): void {
  note({
    step: 'cache',
    outcome,
    ref: refKey(entry.ref),
    height: through.height,
    age,
    limit: freshSeconds,
    why: isSyncLate ? 'sync is late' : undefined,
  });
}

/** The cache table has nothing that may be used. */
export function noteUnused(ref: string, outcome: 'miss' | 'not used', why?: string): undefined {
  note({ step: 'cache', outcome, ref, why });
}

export function noteAnswer(ref: string, answer: Answer): void {
  note({
    step: 'answer',
    outcome: answer.source,
    ref,
    stale: answer.stale,
    height: answer.verifiedThrough.height,
    age: answer.age,
    limit: answer.freshSeconds,
    ...(answer.conflict !== null && { conflict: answer.conflict }),
    why: answer.data === null ? 'the chain has no such entity' : whyBelieved(answer.proof),
  });
}

/** How far the value is proved (rule PROOF-2). */
export const whyBelieved =
  ({ level, reason }: ValueProof) =>
  (): string =>
    reason === null ? `proof: ${level}` : `proof: ${level}, ${reason}`;

/** As a request names them. */
function directivesOf(options: ReadOptions): string | undefined {
  const { noCache, onlyIfCached, maxAge, minFresh, maxStale, staleIfError, minHeight } = options;
  const named = Object.entries({
    'max-age': maxAge,
    'min-fresh': minFresh,
    'max-stale': maxStale,
    'stale-if-error': staleIfError,
    minHeight,
  }).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
  const all = [...(noCache ? ['no-cache'] : []), ...(onlyIfCached ? ['only-if-cached'] : []), ...named];
  return all.length === 0 ? undefined : all.join(', ');
}
