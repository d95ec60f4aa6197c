import type { Answer } from '../../domain/answer.ts';
import { isAboveKnownHeads, type Snapshot } from '../../domain/claim.ts';
import { isEdited } from '../../domain/compare.ts';
import { LookupError } from '../../domain/errors.ts';
import type { ReadOptions } from '../../domain/freshness.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { entryOf } from '../saving/cache-entry.ts';
import { basisNames, trusted } from '../store-access.ts';
import { answerFrom, judge } from './answer-from.ts';
import type { LookupContext } from './lookup-context.ts';

/** The record, if it is as we wrote it and young enough for the caller; an absence on record is no answer to "could not ask". */
export async function fromDatabase(reading: LookupContext): Promise<Answer | undefined> {
  const { ref, snapshot, service } = reading;
  return snapshot && fromRecord(await service.records.get(ref), snapshot, reading);
}

/** The same, by a record that was read already. */
export async function fromRecord(
  found: EntityRecord | undefined,
  snapshot: Snapshot,
  { definition, options, service }: LookupContext,
): Promise<Answer | undefined> {
  const record = trusted(found, snapshot);
  if (record?.value == null || record.definition !== definition.definition || isEdited(record)) return undefined;
  if (isAboveKnownHeads(record, snapshot.progress, service.memory.head())) return undefined;
  const whole = await service.snapshots.withBases(snapshot, basisNames(record));
  const judged = judge(definition, entryOf(record), whole, service);
  if (judged.age > oldest(judged.freshSeconds, options, service.limits)) return undefined;
  if (options.minHeight !== undefined && judged.through.height < options.minHeight) {
    throw new LookupError('too_old', `known through block ${judged.through.height} only`, { retryable: true });
  }
  return answerFrom(definition, judged, { source: 'database', stale: true, cache: 'miss' });
}

/** Seconds: as the caller says, else as configured. `stale-if-error=0` takes none at all. */
function oldest(freshSeconds: number, { onlyIfCached, ...wishes }: ReadOptions, limits: Service['limits']): number {
  if (wishes.staleIfError !== undefined) return wishes.staleIfError === 0 ? -1 : wishes.staleIfError;
  const named = wishes.maxAge !== undefined || wishes.maxStale !== undefined;
  if (onlyIfCached && named) return (wishes.maxAge ?? freshSeconds) + (wishes.maxStale ?? 0);
  return limits.staleLimitSeconds;
}
