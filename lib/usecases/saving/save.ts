import { isOnAbandonedFork } from '../../domain/claim.ts';
import { isClosedTo, isEdited, type Verdict, verdictOf } from '../../domain/compare.ts';
import { accountsIn, type EntityDefinition, refKey } from '../../domain/entity.ts';
import { LOGIC_VERSION, type Progress } from '../../domain/progress.ts';
import type { Cause, EntityRecord, Observation } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { absenceEntry, entryOf, putEntry } from './cache-entry.ts';
import { commitRecord, comparedWith, takesNoChange } from './commit-record.ts';
import { interruptCollection } from './interrupt-collection.ts';
import { heldFrom, nextRecord } from './next-record.ts';
import { noteRefusal } from './note-refusal.ts';

/** What became of an observation. `record` is what the store holds now. */
export type SaveResult =
  | { readonly outcome: 'saved' | 'winner-kept'; readonly record: EntityRecord }
  | { readonly outcome: 'absence-cached' }
  /**
   * Nothing was written, because:
   * - the kind does not record an absence, and the chain has no value;
   * - the value is too large (rule SAVE-6), and there is neither a record nor a watch;
   * - the record is of a higher logic version (rule ITEM-5);
   * - the record is more complete than the observation (rule KIND-4); or
   * - the record was edited so that no condition on it can hold.
   */
  | { readonly outcome: 'not-saved'; readonly record?: EntityRecord }
  /** The record is in conflict, and the observation does not end that: the record stays, with its mark. */
  | { readonly outcome: 'in-dispute'; readonly record: EntityRecord }
  /** Rule SAVE-5: the observation contradicts the record, and it is open which of them is right. Nothing was written. */
  | { readonly outcome: 'contradicted'; readonly record: EntityRecord; readonly verdict: 'conflict' | 'vanished' }
  /** Rule SAVE-2: sync has begun a batch beyond this block, or the fork has changed. Nothing was written. */
  | { readonly outcome: 'overtaken'; readonly progress: Progress };

export interface SaveRequest {
  readonly definition: EntityDefinition;
  readonly seen: Observation;
  /** The record that was stored when the reading began. */
  readonly read: EntityRecord | undefined;
  readonly cause: Cause;
  /** Left out: `service`. */
  readonly actor?: string;
  /** As it was when the reading began. */
  readonly progress: Progress;
  /** The height through which `read` was claimed to be verified (rule CLAIM-2). Left out: nothing beyond its own block was claimed. */
  readonly through?: number;
  /** Sync alone, of `read`: where it, and what was seen, are known to have held (rule PAST-5). */
  readonly span?: { readonly through: number; readonly since: number } | undefined;
  /**
   * A watch led sync to the entity. Where there is no record, a reader may be about to save what it read at an earlier block:
   * a record is saved whatever the chain has, so that the reader loses to it (rule FOLLOW-5).
   */
  readonly isWatched?: boolean;
  /** Rule SAVE-8: the block of `read` is not on the canonical chain, so nothing of that record is relied on. */
  readonly isOrphaned?: boolean;
}

type SaveService = Pick<
  Service,
  'watches' | 'progress' | 'records' | 'cache' | 'audit' | 'collections' | 'memory' | 'clock' | 'metrics' | 'log'
>;

const maxValueBytes = 128 * 1024;
/** State keys. A larger read set is a defect in the kind. */
const maxReadSet = 500;
/** How many absences a process adds to the cache in a minute. */
const absencesPerCollection = 100;
const absencesPerKind = 300;

/**
 * Compares an observation with the stored record, commits the record that follows (rules SAVE-1 to SAVE-3) and puts its
 * cache entry (SAVE-4). Where another writer wins the race, its record is compared in turn. Without a record, neither an absence
 * nor a value that is too large is committed, unless a watch led here. An observation that contradicts the record is not committed
 * either. Throws StoreUnavailable.
 */
export async function save(saving: SaveRequest, service: SaveService): Promise<SaveResult> {
  const { definition, seen, read, cause, actor, progress, isWatched = false } = saving;
  if (seen.value === null && read === undefined && !isWatched) {
    // Rule KIND-1: lookups of random ids must not fill the tables.
    return cacheAbsence(seen, progress, service);
  }
  if (seen.value === null && definition.absenceIsNotRecorded) {
    return { outcome: 'not-saved', ...(read && { record: read }) };
  }
  // Rule SAVE-6.
  const tooLarge = isTooLarge(seen);
  if (tooLarge) service.metrics.count('ValueTooLarge');
  if (tooLarge && read === undefined && !isWatched) return { outcome: 'not-saved' };

  let before = read;
  for (;;) {
    if (before !== undefined && before.logicVersion > LOGIC_VERSION) {
      // Rule ITEM-5.
      const reason = `read at logic version ${LOGIC_VERSION}; the record was saved at ${before.logicVersion}`;
      await noteRefusal(reason, seen, service);
      return { outcome: 'not-saved', record: before };
    }
    if (before !== undefined && isClosedTo(before, seen)) {
      await putEntry(entryOf(before), service);
      return { outcome: 'in-dispute', record: before };
    }
    if (before !== undefined && knowsMore(before, saving, service)) return { outcome: 'not-saved', record: before };
    const verdict = verdictOn(saving, before, tooLarge);
    if (verdict === 'ahead') return keepWinner(before as EntityRecord, service);
    if (verdict === 'conflict' || verdict === 'vanished') {
      service.metrics.count('Conflict');
      return { outcome: 'contradicted', record: before as EntityRecord, verdict };
    }
    const next = nextRecord({
      seen,
      before,
      verdict,
      cause,
      ...(actor !== undefined && { actor }),
      fork: progress.fork,
      now: service.clock.now(),
      fields: definition.fields,
      owner: (seen.value && definition.owner?.(seen.value)) ?? null,
      tooLarge,
      known: knownOf(saving, before),
    });
    if (tooLarge && before?.tooLarge === false)
      await interruptCollection({ definition, seen, fork: progress.fork, why: 'is too large to keep' }, service);
    const compared = before && comparedWith(before, verdict === 'void');
    const result = await commitRecord(
      { ...next, compared, accounts: accountsIn(definition, before?.value, next.record.value) },
      service,
    );
    if ('overtaken' in result) return { outcome: 'overtaken', progress: result.overtaken };
    if (result.won) {
      if (verdict === 'missed') noteMissed(saving, before as EntityRecord, service);
      await putEntry(entryOf(result.record), service);
      return { outcome: 'saved', record: result.record };
    }
    // Rule SAVE-3: a winner at or after this block is kept, any other one is compared.
    if (takesNoChange(before, result.winner)) return { outcome: 'not-saved', record: result.winner as EntityRecord };
    before = result.winner;
    if (before !== undefined && isKept(before, saving)) return keepWinner(before, service);
  }
}

/** Rule PAST-5. What is known of the record that was read is not known of one that another writer has saved since. */
function knownOf(
  { definition, seen, read, progress, through = 0, span }: SaveRequest,
  before: EntityRecord | undefined,
) {
  const own = seen.block.height;
  const since = Math.min(span?.since ?? own, heldFrom(seen, definition));
  return { progress, since, through: before === read ? (span?.through ?? through) : 0 };
}

/** Rule LIMIT-4: what any caller can make up fills no table, however many ids there are. */
async function cacheAbsence(seen: Observation, { fork }: Progress, service: SaveService): Promise<SaveResult> {
  const { kind, id } = seen.ref;
  const collection = id.includes(':') ? `absent#${kind}#${id.slice(0, id.indexOf(':'))}` : undefined;
  const mayAdd =
    (collection === undefined || service.memory.allows(collection, absencesPerCollection)) &&
    service.memory.allows(`absent#${kind}`, absencesPerKind);
  if (!mayAdd) return { outcome: 'not-saved' };
  await putEntry(absenceEntry(seen, fork), service);
  return { outcome: 'absence-cached' };
}

function isKept(winner: EntityRecord, { seen, progress }: SaveRequest): boolean {
  if (isEdited(winner)) return false;
  return winner.block.height >= seen.block.height && !isOnAbandonedFork(winner, progress);
}

/** Rule CONFLICT-6: a claim of this service was false, which is a defect. */
function noteMissed({ seen, through }: SaveRequest, { ref, block }: EntityRecord, { metrics, log }: SaveService): void {
  metrics.count('Missed');
  log.error('a change was missed', { ref: refKey(ref), block: block.height, through, seenAt: seen.block.height });
}

/**
 * Rule KIND-4: an incomplete reading does not replace a complete record. It does replace an edited record, one of an abandoned
 * fork, and one that is not tracked any more, which would otherwise stay for ever.
 */
function knowsMore(
  before: EntityRecord,
  { definition: { supersedes }, seen: { value }, progress }: SaveRequest,
  { clock }: Pick<Service, 'clock'>,
): boolean {
  if (isEdited(before) || isOnAbandonedFork(before, progress)) return false;
  if (Date.parse(before.trackedUntil) <= clock.now()) return false;
  return before.value !== null && value !== null && supersedes?.(before.value, value) === false;
}

/**
 * Too large twice is a match. At one block, the reading that asked more validators is right, and neither contradicts the
 * other.
 */
function verdictOn(
  { definition, seen, read, progress, through = 0, isOrphaned }: SaveRequest,
  before: EntityRecord | undefined,
  tooLarge: boolean,
): Verdict {
  if (isOrphaned && before !== undefined && before === read) return 'void';
  const claimed = before === read ? through : 0;
  const verdict = verdictOf(before, seen, { progress, whenAbsent: definition.whenAbsent, through: claimed });
  const differs = verdict === 'behind' || verdict === 'missed' || verdict === 'conflict';
  if (before === undefined || !differs || isEdited(before)) return verdict;
  if (before.tooLarge && tooLarge) return 'match';
  // The record has no value that could be contradicted.
  if (before.tooLarge && verdict === 'conflict') return 'outdated';
  if (verdict === 'behind') return verdict;
  const askedMore = seen.probedValidators.some((asked) => !before.probedValidators.includes(asked));
  const knewLess = before.value && seen.value && definition.supersedes?.(seen.value, before.value) === false;
  if (!askedMore && !knewLess) return verdict;
  return verdict === 'missed' ? 'behind' : 'outdated';
}

async function keepWinner(winner: EntityRecord, service: SaveService): Promise<SaveResult> {
  await putEntry(entryOf(winner), service);
  return { outcome: 'winner-kept', record: winner };
}

/** Rule SAVE-6. */
export const isTooLarge = ({ value, readSet }: Observation): boolean =>
  readSet.length > maxReadSet || (value !== null && Buffer.byteLength(JSON.stringify(value)) > maxValueBytes);
