import type { Conflict } from '../../domain/conflict.ts';
import { accountsIn, type EntityDefinition } from '../../domain/entity.ts';
import { ChainUnavailable } from '../../domain/errors.ts';
import type { Progress } from '../../domain/progress.ts';
import type { Cause, EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { quorumRead } from '../observing/corroborate.ts';
import { observeAnywhere } from '../observing/observe.ts';
import { atNewestTip, lowestReadHeight } from '../observing/tip.ts';
import { entryOf, putEntry } from '../saving/cache-entry.ts';
import { commitRecord, comparedWith } from '../saving/commit-record.ts';
import { heldFrom, type NextRecord, nextRecord } from '../saving/next-record.ts';
import { isTooLarge } from '../saving/save.ts';

export interface CorrectionRequest {
  readonly definition: EntityDefinition;
  /** The stored record, with its conflict mark. */
  readonly record: EntityRecord;
  /** The resolved conflict, saved with the corrected record. */
  readonly conflict: Conflict;
  readonly cause: Extract<Cause, 'resolution' | 'review'>;
  readonly actor: string;
  /** Whether an absence may replace a value. */
  readonly mayVanish: boolean;
  readonly signal: AbortSignal;
}

export interface Changes {
  readonly before: object | null;
  readonly after: object | null;
}

export type CorrectionOutcome =
  | { readonly outcome: 'corrected'; readonly changes: Changes }
  /** The entity is not on the chain any more. Nothing was saved. */
  | { readonly outcome: 'vanished' }
  /** The record or the conflict changed in the meantime. */
  | { readonly outcome: 'moved' };

const attempts = 3;

/**
 * Replaces a disputed value by what the chain says now, through `commitRecord` like every other value: record, audit
 * entry and conflict in one transaction (rule CONFLICT-3), then the cache entry. Throws ChainUnavailable.
 */
export async function correct(correction: CorrectionRequest, service: Service): Promise<CorrectionOutcome> {
  const { record, conflict } = correction;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const { progress } = await service.snapshots.renewed();
    const next = await readAgain(correction, progress, service);
    if (next === undefined) return { outcome: 'vanished' };
    const compared = comparedWith(record, record.block.height > next.record.block.height);
    await touchCollection(correction, next.record, service);
    const accounts = accountsIn(correction.definition, record.value, next.record.value);
    const committed = await commitRecord({ ...next, compared, conflict, accounts }, service);
    if ('overtaken' in committed) continue;
    if (!committed.won) return { outcome: 'moved' };
    await putEntry(entryOf(committed.record), service);
    return { outcome: 'corrected', changes: changesIn(next) };
  }
  throw new ChainUnavailable('sync is ahead of every node that answers');
}

/** Rule COLLECT-6: what was counted while the record was wrong holds no longer. Until it is corrected, nothing is counted exactly. */
async function touchCollection(
  { definition }: CorrectionRequest,
  { ref, block, fork }: EntityRecord,
  { listings }: Pick<Service, 'listings'>,
): Promise<void> {
  const collection = definition.collectionOf?.(ref.id);
  if (collection !== undefined) await listings.touch([collection], { fork, height: block.height });
}

/** What `correct` would change now, without changing it; undefined: the entity is not on the chain any more. */
export async function previewCorrection(correction: CorrectionRequest, service: Service): Promise<Changes | undefined> {
  const { progress } = await service.snapshots.renewed();
  const next = await readAgain(correction, progress, service);
  return next && changesIn(next);
}

const changesIn = ({ audit }: NextRecord): Changes => ({ before: audit?.before ?? null, after: audit?.after ?? null });

/** undefined: the entity is not on the chain any more, and the absence may not be saved. */
async function readAgain(
  { definition, record, cause, actor, mayVanish, signal }: CorrectionRequest,
  progress: Progress,
  service: Service,
): Promise<NextRecord | undefined> {
  const query = { atLeast: lowestReadHeight(record, progress, service), progress, signal, shared: undefined };
  const observed = await atNewestTip(query, service, async (block) => {
    const request = { definition, ref: record.ref, block, before: record, signal };
    // Where nodes disagree, one node's answer is enough only after a review: the reviewer knew of the disagreement.
    const alone = cause === 'review' ? () => observeAnywhere(request, service) : () => undefined;
    return (await quorumRead(request, service)) ?? (await alone());
  });
  if (observed === undefined) throw new ChainUnavailable('the nodes contradict each other or do not answer');
  const { observation: seen } = observed;
  const { value } = seen;
  if (value === null && record.value !== null && (!mayVanish || definition.absenceIsNotRecorded)) return undefined;
  return nextRecord({
    seen,
    before: record,
    // Nothing of the disputed record is kept, its watches included.
    verdict: 'void',
    cause,
    actor,
    fork: progress.fork,
    now: service.clock.now(),
    fields: definition.fields,
    owner: (value && definition.owner?.(value)) ?? null,
    tooLarge: isTooLarge(seen),
    // Rule PAST-5: what the chain says now may say itself since when; of the disputed record nothing is known.
    known: { progress, since: heldFrom(seen, definition), through: 0 },
  });
}
