import { chainEntry } from '../domain/audit-chain.ts';
import { changes, compare, type Verdict } from '../domain/compare.ts';
import { digestOf } from '../domain/digest.ts';
import type { EntityDefinition } from '../domain/entity.ts';
import { type Progress, RULES } from '../domain/progress.ts';
import type { AuditEntry, CacheEntry, Cause, EntityRecord, Observation } from '../domain/record.ts';
import type { Compared, Service } from '../domain/service.ts';
import { following, passDoor } from './door.ts';
import { union } from './observe.ts';

/** What became of an observation. Where a record is named, it is what the store now holds. */
export type Saved =
  | { readonly outcome: 'saved' | 'winner-kept'; readonly record: EntityRecord }
  | { readonly outcome: 'absence-cached' | 'not-saved' | 'conflict' }
  | { readonly outcome: 'overtaken'; readonly mark: number };

type SaveService = Pick<Service, 'watches' | 'progress' | 'records' | 'cache' | 'clock' | 'metrics'>;

const maxValueBytes = 128 * 1024;
const maxReadSet = 500;
const cacheDays = 35;

/** Takes an observation through the door and puts its cache entry, however the race with other writers ends. */
export async function save(
  definition: EntityDefinition,
  seen: Observation,
  read: EntityRecord | undefined,
  cause: Cause,
  progress: Progress,
  service: SaveService,
): Promise<Saved> {
  if (seen.value === null && read === undefined) {
    // Random ids fill no table: an absence nobody had a record of is cached, and nothing else is written.
    await putEntry(absenceEntry(seen, progress.branch), service);
    return { outcome: 'absence-cached' };
  }
  let before = read;
  const tooLarge = isTooLarge(seen);
  if (tooLarge) service.metrics.count('ValueTooLarge');
  if (tooLarge && before === undefined) return { outcome: 'not-saved' };

  for (;;) {
    const verdict = compare(before, seen, progress);
    if (verdict === 'ahead') return keepWinner(before as EntityRecord, service);
    if (verdict === 'conflict') {
      service.metrics.count('Conflict');
      return { outcome: 'conflict' };
    }
    // Code of an older set of rules must not undo what a newer one has written.
    if (before !== undefined && before.rules > RULES) return { outcome: 'not-saved' };
    if (before?.value && seen.value && definition.supersedes?.(before.value, seen.value) === false)
      return { outcome: 'not-saved' };

    const { record, audit } = recordOf(
      definition,
      seen,
      before,
      verdict,
      cause,
      progress.branch,
      tooLarge,
      service.clock.now(),
    );
    const watch = following(record.readSet, verdict === 'refuted' ? undefined : before, service.clock.now()).watch;
    const passed = await passDoor({ record, compared: before && comparedWith(before, verdict), audit, watch }, service);
    if ('overtaken' in passed) return { outcome: 'overtaken', mark: passed.mark };
    if (passed.won) {
      await putEntry(entryOf(record), service);
      return { outcome: 'saved', record };
    }
    // The loser looks at the winner: at or beyond this block it stands, else it is compared with in its turn.
    before = passed.winner;
    if (before !== undefined && before.block.height >= seen.block.height) return keepWinner(before, service);
  }
}

async function keepWinner(winner: EntityRecord, service: SaveService): Promise<Saved> {
  await putEntry(entryOf(winner), service);
  return { outcome: 'winner-kept', record: winner };
}

function recordOf(
  definition: EntityDefinition,
  seen: Observation,
  before: EntityRecord | undefined,
  verdict: Verdict,
  cause: Cause,
  branch: number,
  tooLarge: boolean,
  now: number,
): { readonly record: EntityRecord; readonly audit: AuditEntry | undefined } {
  const value = tooLarge ? null : seen.value;
  const unchanged = verdict === 'match' && !tooLarge;
  // Seen twice at one block: it rests on all that either reading rested on.
  const joins = unchanged && before?.block.height === seen.block.height ? before : undefined;
  const timestamp = new Date(now).toISOString();
  const audit = unchanged
    ? undefined
    : chainEntry({
        ref: seen.ref,
        sequence: (before?.sequence ?? 0) + 1,
        cause,
        actor: 'service',
        ...changes(definition.fields, before?.value ?? null, value),
        block: seen.block,
        timestamp,
        previousDigest: before?.auditHead ?? null,
      });
  const record: EntityRecord = {
    ...seen,
    value,
    beside: union(before?.beside ?? [], seen.beside),
    readSet: union(joins?.readSet ?? [], tooLarge ? [] : seen.readSet),
    bases: [...seen.bases, ...(joins?.bases ?? []).filter(({ name }) => !seen.bases.some((own) => own.name === name))],
    digest: digestOf(value),
    sequence: audit?.sequence ?? before?.sequence ?? 1,
    auditHead: audit?.digest ?? before?.auditHead ?? '',
    branch,
    checkedAt: timestamp,
    followedUntil: following(seen.readSet, verdict === 'refuted' ? undefined : before, now).followedUntil,
    rules: RULES,
    owner: value === null ? null : (definition.owner?.(value) ?? null),
    tooLarge,
  };
  return { record, audit };
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
  const { ref, value, block, bases, definition, holdsUntil, sequence, branch, followedUntil, tooLarge } = record;
  return { ref, value, block, bases, definition, holdsUntil, sequence, branch, followedUntil, tooLarge };
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
  followedUntil: null,
  tooLarge: false,
});

/** Dropped by the table days after the claim has ended; never deleted by us. */
function putEntry(entry: CacheEntry, { cache, clock }: SaveService): Promise<void> {
  const days = entry.sequence === 0 ? 1 : cacheDays;
  return cache.put(entry, Math.ceil(clock.now() / 1000) + days * 86_400);
}
