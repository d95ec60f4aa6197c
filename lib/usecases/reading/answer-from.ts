import type { Answer } from '../../domain/answer.ts';
import type { Through } from '../../domain/basis-changes.ts';
import type { BlockRef } from '../../domain/block.ts';
import { ageSeconds, claimHasEnded, type Snapshot, soundBasis, verifiedThrough } from '../../domain/claim.ts';
import { type EntityDefinition, freshSecondsOf, refKey } from '../../domain/entity.ts';
import {
  type AgeLimits,
  type Freshness,
  freshness,
  normalLagSeconds,
  type ReadOptions,
} from '../../domain/freshness.ts';
import { type Head, newestHead, type Progress } from '../../domain/progress.ts';
import { notAsked, proofOfAll, type ValueProof } from '../../domain/proof.ts';
import type { CacheEntry } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import type { StoredBasis } from '../observing/bases.ts';

/** An entry with what may be claimed of it now: through which block it is verified, and how old that makes it. */
export interface Judged {
  readonly entry: CacheEntry;
  readonly snapshot: Snapshot;
  readonly through: Through;
  readonly now: number;
  readonly age: number;
  readonly freshSeconds: number;
  /** The cursor is far behind the head (rule LIMIT-1). */
  readonly isSyncLate: boolean;
  /** What it depends on has changed since it was read: a reading would claim more (rule LIMIT-11). */
  readonly claimHasEnded: boolean;
}

export function judge(
  definition: EntityDefinition,
  entry: CacheEntry,
  snapshot: Snapshot,
  { clock, memory }: Pick<Service, 'clock' | 'memory'>,
): Judged {
  const now = clock.steady();
  const through = verifiedThrough(entry, snapshot, definition.definition, now);
  const head = newestHead(snapshot.progress.head, memory.head(), now);
  if (head !== undefined) memory.noteSight(head.height);
  return {
    entry,
    snapshot,
    through,
    now,
    // Without any known head the age counts from the block's own time (rule CLAIM-7).
    age: Math.max(
      ageSeconds(through, head ?? { ...entry.block, seenAt: through.timestamp }, now),
      secondsOutdated(through, now, memory),
    ),
    freshSeconds: freshSecondsOf(definition, entry.value, entry.validUntil, through),
    isSyncLate: isLate(snapshot.progress, head, now),
    claimHasEnded: claimHasEnded(entry, snapshot, now),
  };
}

/**
 * Rule CLAIM-7: for how long this process has known of a higher block. On a chain that stands still the two blocks stay as close
 * as they are by the chain's time, while the answer grows old.
 */
function secondsOutdated({ height }: Through, now: number, memory: Pick<Service['memory'], 'firstSightAbove'>): number {
  const since = memory.firstSightAbove(height);
  return since === undefined ? 0 : Math.floor((now - since) / 1000);
}

/**
 * Rule LIMIT-1, by the age of what is verified through the cursor: that is what readers are served, whether sync fell behind
 * or the chain paused and went on.
 */
export function syncIsLate(
  { cursor, head: stored }: Progress,
  { clock, memory }: Pick<Service, 'clock' | 'memory'>,
): boolean {
  const now = clock.steady();
  return isLate({ cursor }, newestHead(stored, memory.head(), now), now);
}

const isLate = ({ cursor }: Pick<Progress, 'cursor'>, head: Head | undefined, now: number): boolean =>
  cursor !== null && head !== undefined && ageSeconds(cursor, head, now) > normalLagSeconds;

/**
 * How a value may be used, wherever it was found. Nothing counts as current below the height that the caller named or that
 * this process has served of the entity, whatever its age (rule CLAIM-8).
 */
export function usabilityOf(
  judged: Judged,
  options: ReadOptions,
  service: Pick<Service, 'memory' | 'limits'>,
): Freshness {
  const floor = Math.max(options.minHeight ?? 0, service.memory.served(refKey(judged.entry.ref)));
  return judged.through.height >= floor ? freshness(judged.age, ageLimits(judged, service), options) : 'expired';
}

/** How old the value may be: longer than its kind's limit while sync is late (rule LIMIT-1). */
const ageLimits = (judged: Judged, { limits }: Pick<Service, 'limits'>): AgeLimits => ({
  fresh: judged.freshSeconds,
  late: judged.isSyncLate ? limits.lateSeconds : 0,
  claimHasEnded: judged.claimHasEnded,
});

export function answerFrom(
  definition: EntityDefinition,
  judged: Judged,
  labels: Pick<Answer, 'source' | 'stale' | 'cache'>,
): Answer {
  const { through, age, freshSeconds } = judged;
  const { ref, value, conflict } = judged.entry;
  const joined = new Map(judged.entry.bases.map(({ name }) => [name, joinedAt(name, judged)]));
  return {
    ref,
    data: value === null ? null : definition.present(ref.id, value, (name) => joined.get(name)?.value),
    // The value still held when the joined parts were read, so the whole was seen at the latest of these blocks.
    block: [...joined.values()].reduce((latest, { block }) => laterOf(latest, block), judged.entry.block),
    verifiedThrough: through,
    // Rule PROOF-2: as far as all of its parts are.
    proof: proofOfAll(judged.entry.proof ?? notAsked, ...[...joined.values()].flatMap(({ proof }) => proof ?? [])),
    age,
    freshSeconds,
    conflict: conflict?.id ?? null,
    mayArrive: value === null && definition.absenceIsNotRecorded === true,
    ...labels,
  };
}

interface Joined {
  readonly value: object | undefined;
  /** The block of its reading, where that is not the entry's own. */
  readonly block: BlockRef | undefined;
  /** Of that reading. */
  readonly proof: ValueProof | undefined;
}

const ofEntry = { block: undefined, proof: undefined };

const laterOf = (a: BlockRef, b: BlockRef | undefined): BlockRef => (b !== undefined && b.height > a.height ? b : a);

/**
 * What a basis joins to the answer: the stored basis where it is newer than the entry's own reading of the basis and not
 * beyond the claimed block; else that reading.
 */
function joinedAt(name: string, { entry, snapshot, through, now }: Judged): Joined {
  const dependency = entry.bases.find((basis) => basis.name === name);
  if (dependency?.joined === undefined) return { value: undefined, ...ofEntry };
  const stored = soundBasis(dependency, snapshot, now);
  // The snapshot is older than the rewind after which the entry was read: its bases are of the abandoned fork.
  const isOfLaterFork = entry.fork > snapshot.progress.fork;
  const isNewer =
    stored !== undefined && stored.block.height >= dependency.height && stored.block.height <= through.height;
  if (stored?.value == null || isOfLaterFork || !isNewer) return { value: dependency.joined, ...ofEntry };
  return { value: (stored.value as StoredBasis).joined, block: stored.block, proof: stored.proof ?? notAsked };
}
