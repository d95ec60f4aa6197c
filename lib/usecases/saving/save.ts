import { isOnAbandonedFork } from '../../domain/claim.ts';
import { isClosedTo, isEdited, type Verdict, verdictOf } from '../../domain/compare.ts';
import { type EntityDefinition, refKey } from '../../domain/entity.ts';
import { LOGIC_VERSION, type Progress } from '../../domain/progress.ts';
import type { Cause, EntityRecord, Observation } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { absenceEntry, entryOf, putEntry } from './cache-entry.ts';
import { commitRecord, comparedWith, takesNoChange } from './commit-record.ts';
import { nextRecord } from './next-record.ts';
import { noteRefusal } from './note-refusal.ts';

/** What became of an observation. Where a record is named, it is what the store now holds. */
export type SaveResult =
  | { readonly outcome: 'saved' | 'winner-kept'; readonly record: EntityRecord }
  | { readonly outcome: 'absence-cached' }
  /** `record`: what is there instead, if anything is. */
  | { readonly outcome: 'not-saved'; readonly record?: EntityRecord }
  /** It is in dispute, and what was seen does not end that: the record stays, with its mark. */
  | { readonly outcome: 'in-dispute'; readonly record: EntityRecord }
  /** What was seen contradicts the record that is there: nobody knows yet who is right. */
  | { readonly outcome: 'contradicted'; readonly record: EntityRecord; readonly verdict: 'conflict' | 'vanished' }
  /** Sync has begun a batch beyond this block, or the branch has changed: how far things are now. */
  | { readonly outcome: 'overtaken'; readonly progress: Progress };

export interface SaveRequest {
  readonly definition: EntityDefinition;
  readonly seen: Observation;
  /** The record that was there when the reading began. */
  readonly read: EntityRecord | undefined;
  readonly cause: Cause;
  /** As it was when the reading began. */
  readonly progress: Progress;
  /** The height through which that record was known to hold; its own, where this is left out. */
  readonly through?: number;
  /**
   * A watch has led to it: somebody is about to save what was read below this block, and is to find a record here, whatever
   * the chain has.
   */
  readonly isWatched?: boolean;
  /** The record that was there is of a block that the chain does not have (see `displacement`): nothing of it is relied on. */
  readonly isOrphaned?: boolean;
}

type SaveService = Pick<Service, 'watches' | 'progress' | 'records' | 'cache' | 'audit' | 'clock' | 'metrics' | 'log'>;

const maxValueBytes = 128 * 1024;
const maxReadSet = 500;

/** Takes an observation through the door and puts its cache entry, however the race with other writers ends. */
export async function save(saving: SaveRequest, service: SaveService): Promise<SaveResult> {
  const { definition, seen, read, cause, progress, isWatched = false } = saving;
  if (seen.value === null && read === undefined && !isWatched) {
    // Random ids fill no table: an absence nobody had a record of is cached, and nothing else is written.
    await putEntry(absenceEntry(seen, progress.fork), service);
    return { outcome: 'absence-cached' };
  }
  if (seen.value === null && definition.absenceIsNotRecorded) {
    return { outcome: 'not-saved', ...(read && { record: read }) };
  }
  const tooLarge = isTooLarge(seen);
  if (tooLarge) service.metrics.count('ValueTooLarge');
  if (tooLarge && read === undefined && !isWatched) return { outcome: 'not-saved' };

  let before = read;
  for (;;) {
    if (before !== undefined && before.logicVersion > LOGIC_VERSION) {
      await noteRefusal(`rules ${LOGIC_VERSION}, and the record goes by ${before.logicVersion}`, seen, service);
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
      fork: progress.fork,
      now: service.clock.now(),
      fields: definition.fields,
      owner: (seen.value && definition.owner?.(seen.value)) ?? null,
      tooLarge,
    });
    const passed = await commitRecord(
      { ...next, compared: before && comparedWith(before, verdict === 'refuted') },
      service,
    );
    if ('overtaken' in passed) return { outcome: 'overtaken', progress: passed.overtaken };
    if (passed.won) {
      if (verdict === 'missed') noteMissed(saving, before as EntityRecord, service);
      await putEntry(entryOf(passed.record), service);
      return { outcome: 'saved', record: passed.record };
    }
    // The loser looks at the winner: at or beyond this block it stands, else it is compared with in its turn.
    if (takesNoChange(before, passed.winner)) return { outcome: 'not-saved', record: passed.winner as EntityRecord };
    before = passed.winner;
    if (before !== undefined && stands(before, saving)) return keepWinner(before, service);
  }
}

function stands(winner: EntityRecord, { seen, progress }: SaveRequest): boolean {
  if (isEdited(winner)) return false;
  return winner.block.height >= seen.block.height && !isOnAbandonedFork(winner, progress);
}

/** A claim of ours was false: that is a defect, and never to happen. */
function noteMissed({ seen, through }: SaveRequest, { ref, block }: EntityRecord, { metrics, log }: SaveService): void {
  metrics.count('Missed');
  log.error('a change was missed', { ref: refKey(ref), block: block.height, through, seenAt: seen.block.height });
}

/**
 * An incomplete reading takes no complete one's place. What somebody else wrote into the row knows nothing, nor does what was
 * read on a branch that never was; and what nobody has read whole since it was let go does not stay for ever.
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

/** Too large twice is no news; at one block, whoever has asked more is right, and nobody is contradicted. */
function verdictOn(
  { definition, seen, read, progress, through = 0, isOrphaned }: SaveRequest,
  before: EntityRecord | undefined,
  tooLarge: boolean,
): Verdict {
  if (isOrphaned && before !== undefined && before === read) return 'refuted';
  const claimed = before === read ? through : 0;
  const verdict = verdictOf(before, seen, { progress, whenAbsent: definition.whenAbsent, through: claimed });
  const differs = verdict === 'behind' || verdict === 'missed' || verdict === 'conflict';
  if (before === undefined || !differs || isEdited(before)) return verdict;
  if (before.tooLarge && tooLarge) return 'match';
  // What was not kept contradicts nobody.
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

export const isTooLarge = ({ value, readSet }: Observation): boolean =>
  readSet.length > maxReadSet || (value !== null && Buffer.byteLength(JSON.stringify(value)) > maxValueBytes);
