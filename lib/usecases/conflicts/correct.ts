import type { Conflict } from '../../domain/conflict.ts';
import type { EntityDefinition } from '../../domain/entity.ts';
import { ChainUnavailable } from '../../domain/errors.ts';
import type { Progress } from '../../domain/progress.ts';
import type { Cause, EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { quorumRead } from '../observing/corroborate.ts';
import { observeAnywhere } from '../observing/observe.ts';
import { lowestReadHeight, newestTip } from '../observing/tip.ts';
import { entryOf, putEntry } from '../saving/cache-entry.ts';
import { commitRecord, comparedWith } from '../saving/commit-record.ts';
import { type NextRecord, nextRecord } from '../saving/next-record.ts';
import { isTooLarge } from '../saving/save.ts';

export interface Correcting {
  readonly definition: EntityDefinition;
  /** As it is stored, with its mark. */
  readonly record: EntityRecord;
  /** As it is once the record is corrected; saved with it. */
  readonly conflict: Conflict;
  readonly cause: Extract<Cause, 'resolution' | 'review'>;
  readonly actor: string;
  /** Whether an absence may take the place of a value. */
  readonly mayVanish: boolean;
  readonly signal: AbortSignal;
}

export interface Changes {
  readonly before: object | null;
  readonly after: object | null;
}

export type Corrected =
  | { readonly outcome: 'corrected'; readonly changes: Changes }
  /** The chain has no such entity any more, and nothing was saved. */
  | { readonly outcome: 'vanished' }
  /** Record or conflict have been changed by somebody else meanwhile. */
  | { readonly outcome: 'moved' };

const attempts = 3;

/**
 * Stores what the chain says now in place of a disputed value, through the door like everything that is read: record,
 * audit entry and conflict in one transaction, then the cache entry. Throws ChainUnavailable.
 */
export async function correct(correcting: Correcting, service: Service): Promise<Corrected> {
  const { record, conflict } = correcting;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const { progress } = await service.snapshots.renewed();
    const next = await readAnew(correcting, progress, service);
    if (next === undefined) return { outcome: 'vanished' };
    const compared = comparedWith(record, record.block.height > next.record.block.height);
    const passed = await commitRecord({ ...next, compared, conflict }, service);
    if ('overtaken' in passed) continue;
    if (!passed.won) return { outcome: 'moved' };
    await putEntry(entryOf(passed.record), service);
    return { outcome: 'corrected', changes: changesIn(next) };
  }
  throw new ChainUnavailable('sync runs ahead of every node that answers');
}

/** What `correct` would change now; undefined: the chain has no such entity any more, and it would change nothing. */
export async function foreseen(correcting: Correcting, service: Service): Promise<Changes | undefined> {
  const { progress } = await service.snapshots.renewed();
  const next = await readAnew(correcting, progress, service);
  return next && changesIn(next);
}

const changesIn = ({ audit }: NextRecord): Changes => ({ before: audit?.before ?? null, after: audit?.after ?? null });

/** undefined: the chain has no such entity any more, which may not be saved. */
async function readAnew(
  { definition, record, cause, actor, mayVanish, signal }: Correcting,
  progress: Progress,
  service: Service,
): Promise<NextRecord | undefined> {
  const block = await newestTip(
    { atLeast: lowestReadHeight(record, progress, service), progress, signal, shared: undefined },
    service,
  );
  const observing = { definition, ref: record.ref, block, before: record, signal };
  // Where nodes contradict each other a person has decided knowing that; nothing else takes the word of one of them.
  const alone = cause === 'review' ? () => observeAnywhere(observing, service) : () => undefined;
  const observed = (await quorumRead(observing, service)) ?? (await alone());
  if (observed === undefined) throw new ChainUnavailable('nodes contradict each other, or cannot tell');
  const { observation: seen } = observed;
  const { value } = seen;
  if (value === null && record.value !== null && (!mayVanish || definition.absenceIsNotRecorded)) return undefined;
  return nextRecord({
    seen,
    before: record,
    // Nothing of what was there is relied on: not its watches either.
    verdict: 'refuted',
    cause,
    actor,
    fork: progress.fork,
    now: service.clock.now(),
    fields: definition.fields,
    owner: (value && definition.owner?.(value)) ?? null,
    tooLarge: isTooLarge(seen),
  });
}
