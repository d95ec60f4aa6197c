import { ofAnotherBranch } from '../domain/claim.ts';
import { compare, type Verdict } from '../domain/compare.ts';
import type { EntityDefinition } from '../domain/entity.ts';
import { type Progress, RULES } from '../domain/progress.ts';
import type { CacheEntry, Cause, EntityRecord, Observation } from '../domain/record.ts';
import type { Compared, Service } from '../domain/service.ts';
import { passDoor } from './door.ts';
import { nextRecord } from './next-record.ts';

/** What became of an observation. Where a record is named, it is what the store now holds. */
export type Saved =
  | { readonly outcome: 'saved' | 'winner-kept'; readonly record: EntityRecord }
  | { readonly outcome: 'absence-cached' | 'not-saved' | 'conflict' }
  /** Sync has begun a batch beyond this block, or the branch has changed: how far things are now. */
  | { readonly outcome: 'overtaken'; readonly progress: Progress };

export interface Saving {
  readonly definition: EntityDefinition;
  readonly seen: Observation;
  /** The record that was there when the reading began. */
  readonly read: EntityRecord | undefined;
  readonly cause: Cause;
  /** As it was when the reading began. */
  readonly progress: Progress;
}

type SaveService = Pick<Service, 'watches' | 'progress' | 'records' | 'cache' | 'clock' | 'metrics'>;

const maxValueBytes = 128 * 1024;
const maxReadSet = 500;
const cacheDays = 35;

/** Takes an observation through the door and puts its cache entry, however the race with other writers ends. */
export async function save(saving: Saving, service: SaveService): Promise<Saved> {
  const { definition, seen, read, cause, progress } = saving;
  if (seen.value === null && read === undefined) {
    // Random ids fill no table: an absence nobody had a record of is cached, and nothing else is written.
    await putEntry(absenceEntry(seen, progress.branch), service);
    return { outcome: 'absence-cached' };
  }
  if (seen.value === null && definition.absenceIsNotRecorded) return { outcome: 'not-saved' };
  const tooLarge = isTooLarge(seen);
  if (tooLarge) service.metrics.count('ValueTooLarge');
  if (tooLarge && read === undefined) return { outcome: 'not-saved' };

  let before = read;
  for (;;) {
    if (before !== undefined && knowsMore(definition, before, seen)) return { outcome: 'not-saved' };
    const verdict = verdictOn(saving, before, tooLarge);
    if (verdict === 'ahead') return keepWinner(before as EntityRecord, service);
    if (verdict === 'conflict') {
      service.metrics.count('Conflict');
      return { outcome: 'conflict' };
    }
    const next = nextRecord({
      seen,
      before,
      verdict,
      cause,
      branch: progress.branch,
      now: service.clock.now(),
      fields: definition.fields,
      owner: (seen.value && definition.owner?.(seen.value)) ?? null,
      tooLarge,
    });
    const passed = await passDoor({ ...next, compared: before && comparedWith(before, verdict) }, service);
    if ('overtaken' in passed) return { outcome: 'overtaken', progress: passed.overtaken };
    if (passed.won) {
      await putEntry(entryOf(next.record), service);
      return { outcome: 'saved', record: next.record };
    }
    // The loser looks at the winner: at or beyond this block it stands, else it is compared with in its turn.
    before = passed.winner;
    if (before !== undefined && before.block.height >= seen.block.height && !ofAnotherBranch(before, progress)) {
      return keepWinner(before, service);
    }
  }
}

/** Code of an older set of rules undoes nothing of a newer one; an incomplete reading takes no complete one's place. */
function knowsMore({ supersedes }: EntityDefinition, before: EntityRecord, { value }: Observation): boolean {
  if (before.rules > RULES) return true;
  return before.value !== null && value !== null && supersedes?.(before.value, value) === false;
}

/** Too large twice is no news; at one block, whoever has asked more is right, and nobody is contradicted. */
function verdictOn(
  { definition, seen, progress }: Saving,
  before: EntityRecord | undefined,
  tooLarge: boolean,
): Verdict {
  const verdict = compare(before, seen, progress);
  if (before === undefined) return verdict;
  if (before.tooLarge && tooLarge && (verdict === 'behind' || verdict === 'conflict')) return 'match';
  if (verdict !== 'conflict') return verdict;
  const askedMore = seen.beside.some((asked) => !before.beside.includes(asked));
  const knewLess = before.value && seen.value && definition.supersedes?.(seen.value, before.value) === false;
  return askedMore || knewLess ? 'outdated' : verdict;
}

async function keepWinner(winner: EntityRecord, service: SaveService): Promise<Saved> {
  await putEntry(entryOf(winner), service);
  return { outcome: 'winner-kept', record: winner };
}

const comparedWith = ({ block, sequence }: EntityRecord, verdict: Verdict): Compared => ({
  height: block.height,
  hash: block.hash,
  sequence,
  ...(verdict === 'refuted' ? { sequenceAlone: true } : {}),
});

const isTooLarge = ({ value, readSet }: Observation): boolean =>
  readSet.length > maxReadSet || (value !== null && Buffer.byteLength(JSON.stringify(value)) > maxValueBytes);

/** What the cache keeps of a record. */
export const entryOf = (record: EntityRecord): CacheEntry => {
  const { ref, value, block, bases, definition, holdsUntil, sequence, branch, rules, followedUntil, tooLarge } = record;
  return { ref, value, block, bases, definition, holdsUntil, sequence, branch, rules, followedUntil, tooLarge };
};

const absenceEntry = ({ ref, block, bases, definition }: Observation, branch: number): CacheEntry => ({
  ref,
  value: null,
  block,
  bases,
  definition,
  holdsUntil: null,
  sequence: 0,
  branch,
  rules: RULES,
  followedUntil: null,
  tooLarge: false,
});

/** Dropped by the table days after the claim has ended; never deleted by us. */
function putEntry(entry: CacheEntry, { cache, clock }: SaveService): Promise<void> {
  const days = entry.sequence === 0 ? 1 : cacheDays;
  return cache.put(entry, Math.ceil(clock.now() / 1000) + days * 86_400);
}
