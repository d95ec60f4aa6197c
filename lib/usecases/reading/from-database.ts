import type { Answer } from '../../domain/answer.ts';
import { isAboveKnownHeads, type Snapshot } from '../../domain/claim.ts';
import { isEdited } from '../../domain/compare.ts';
import type { ReadOptions } from '../../domain/freshness.ts';
import { newestHead } from '../../domain/progress.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { note } from '../../domain/trace.ts';
import { tooOld } from '../observing/tip.ts';
import { entryOf } from '../saving/cache-entry.ts';
import { basisNames, trusted } from '../store-access.ts';
import { answerFrom, judge } from './answer-from.ts';
import type { LookupContext } from './lookup-context.ts';

/**
 * Step 3: the stored record, labelled as stale; undefined where it cannot be trusted, is too old for the caller, or holds
 * an absence (a recorded absence does not answer for a chain that cannot be asked). Throws `too_old`.
 */
export async function fromDatabase(context: LookupContext): Promise<Answer | undefined> {
  const { ref, snapshot, service } = context;
  return snapshot && fromRecord(await service.records.get(ref), snapshot, context);
}

/** The same for a record that has been read already. */
export async function fromRecord(
  found: EntityRecord | undefined,
  snapshot: Snapshot,
  { definition, options, service }: LookupContext,
): Promise<Answer | undefined> {
  const record = trusted(found, snapshot);
  if (record?.value == null || record.definition !== definition.definition || isEdited(record))
    return unused(found === undefined ? 'no record' : 'the record is an absence, edited, or not to be trusted');
  if (definition.answersForChain?.(record.value) === false) return unused('its kind must be read from the chain');
  // Rule SAVE-8.
  if (isAboveKnownHeads(record, snapshot.progress, service.memory.head()))
    return unused('of a block above every known head');
  const whole = await service.snapshots.withBases(snapshot, basisNames(record));
  const judged = judge(definition, entryOf(record), whole, service);
  const limit = maxStaleness(judged.freshSeconds, options, service.limits);
  const { age, through } = judged;
  note({ step: 'database', outcome: age > limit ? 'too old' : 'used', height: through.height, age, limit });
  if (age > limit) return undefined;
  if (options.minHeight !== undefined && judged.through.height < options.minHeight) {
    const { progress } = snapshot;
    const newest = newestHead(progress.head, service.memory.head(), service.clock.steady()) ?? judged.through;
    const message = `known through block ${judged.through.height} only`;
    throw tooOld(message, options.minHeight, newest, progress, service);
  }
  return answerFrom(definition, judged, { source: 'database', stale: true, cache: 'miss' });
}

/**
 * The greatest age, in seconds, at which the database may answer: the caller's limit, else the configured one.
 * `stale-if-error=0` gives -1: the database never answers.
 */
function maxStaleness(freshSeconds: number, options: ReadOptions, limits: Service['limits']): number {
  const { staleIfError, maxAge, maxStale, onlyIfCached } = options;
  if (staleIfError !== undefined) return staleIfError === 0 ? -1 : staleIfError;
  const hasLimit = maxAge !== undefined || maxStale !== undefined;
  if (onlyIfCached && hasLimit) return (maxAge ?? freshSeconds) + (maxStale ?? 0);
  return limits.staleLimitSeconds;
}

const unused = (why: string): undefined => note({ step: 'database', outcome: 'not used', why }) as undefined;
