import type { Snapshot } from '../../domain/claim.ts';
import { type Enumeration, triedAgainAt } from '../../domain/collection.ts';
import type { Service } from '../../domain/service.ts';
import { judged, type KnownCollection } from '../status/wholeness.ts';

/**
 * `begin`: its list is read from the start; `go-on`: from where it was left; `try-again`: what could not be kept is read again; `nothing`:
 * it is whole, or nothing can be done now, and `reason` says why.
 */
export type NextPass =
  | { readonly do: 'begin'; readonly enumeration: PassBegun }
  | { readonly do: 'go-on' | 'try-again'; readonly enumeration: Enumeration }
  | { readonly do: 'nothing'; readonly reason: string | null };

/** A pass whose list has not been asked for yet. */
export type PassBegun = Omit<Enumeration, 'total'>;

/** A whole collection is passed over so often: a record is tracked for 30 days, and its date is renewed in the last ten (rule COLLECT-7). */
const renewedMs = 5 * 86_400_000;

/** Rule COLLECT-3: what an enumeration does next. */
export function nextPass(
  known: KnownCollection,
  snapshot: Snapshot,
  service: Pick<Service, 'shared' | 'definitions' | 'clock'>,
): NextPass {
  const { state, wholeness } = known;
  const { enumeration } = state;
  const now = service.clock.now();
  const { cursor, fork } = snapshot.progress;
  const kindDefinition = service.definitions.get(known.collection.kind)?.definition ?? '';
  // On another fork, or under another definition, nothing was tried yet.
  const isSameChain = enumeration?.fork === fork && enumeration.definition === kindDefinition;
  if (enumeration !== null) {
    const { status, next, total, again, startedAt } = enumeration;
    // Rule COLLECT-8: also where sync has met the token again meanwhile.
    if (isSameChain && now < (triedAgainAt(enumeration) ?? 0)) return { do: 'nothing', reason: wholeness.reason };
    const isValid = doubtOf(enumeration) === null;
    if (isValid && next < (total ?? 0)) return { do: 'go-on', enumeration };
    if (isValid && again.length > 0) return { do: 'try-again', enumeration };
    const rests = status === 'effects-only' || (status === 'whole' && now - Date.parse(startedAt) < renewedMs);
    if (isValid && rests) return { do: 'nothing', reason: wholeness.reason };
  }
  if (cursor === null) return { do: 'nothing', reason: 'sync has not begun yet' };
  const at = new Date(now).toISOString();
  const begun: Enumeration = {
    packageHash: state.packageHash,
    // A whole collection that is passed over stays whole: what it was at the cursor, it is at this block.
    status: wholeness.state === 'whole' ? 'whole' : 'enumerating',
    block: cursor,
    fork,
    definition: kindDefinition,
    total: 0,
    next: 0,
    failed: 0,
    again: [],
    reason: null,
    tries: isSameChain ? enumeration.tries : 0,
    failingSince: isSameChain ? enumeration.failingSince : null,
    startedAt: at,
    finishedAt: null,
    updatedAt: at,
    revision: 0,
  };
  const doubt = doubtOf(begun);
  return doubt === null ? { do: 'begin', enumeration: begun } : { do: 'nothing', reason: doubt };

  /** What has happened since, and a new pass would have to repair; null: nothing. */
  function doubtOf(pass: Enumeration): string | null {
    const done = { ...state, enumeration: { ...pass, status: 'whole' as const } };
    return judged(known.collection, done, snapshot, service).reason;
  }
}
