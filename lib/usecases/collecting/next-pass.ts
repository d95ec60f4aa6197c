import type { Snapshot } from '../../domain/claim.ts';
import type { Enumeration } from '../../domain/collection.ts';
import type { Service } from '../../domain/service.ts';
import { judged, type KnownCollection } from '../status/wholeness.ts';

/**
 * `begin`: its list is read from the start; `go-on`: from where it was left; `nothing`: it is whole, or nothing can be done now, and
 * `reason` says why.
 */
export type NextPass =
  | { readonly do: 'begin'; readonly enumeration: PassBegun }
  | { readonly do: 'go-on'; readonly enumeration: Enumeration }
  | { readonly do: 'nothing'; readonly reason: string | null };

/** A pass whose list has not been asked for yet. */
export type PassBegun = Omit<Enumeration, 'total'>;

const minute = 60_000;
/** Tokens that could not be kept are tried again after this time. */
const triedAgainMs = 10 * minute;
/** A whole collection is passed over so often: a record is tracked for 30 days, and its date is renewed in the last ten (rule COLLECT-7). */
const renewedMs = 5 * 24 * 60 * minute;

/** Rule COLLECT-3: what an enumeration does next. */
export function nextPass(
  known: KnownCollection,
  snapshot: Snapshot,
  service: Pick<Service, 'shared' | 'definitions' | 'clock'>,
): NextPass {
  const { state, wholeness } = known;
  const { enumeration } = state;
  const now = service.clock.now();
  if (enumeration !== null && isValid(enumeration)) {
    const { status, next, total, startedAt, finishedAt } = enumeration;
    if (status === 'enumerating' || (status === 'whole' && next < (total ?? 0))) return { do: 'go-on', enumeration };
    const rests = status === 'broken' ? triedAgainMs : renewedMs;
    const since = Date.parse(status === 'broken' ? (finishedAt ?? startedAt) : startedAt);
    if (status === 'effects-only' || now - since < rests) return { do: 'nothing', reason: wholeness.reason };
  }
  const { cursor, fork } = snapshot.progress;
  if (cursor === null) return { do: 'nothing', reason: 'sync has not begun yet' };
  const at = new Date(now).toISOString();
  const begun: Enumeration = {
    packageHash: state.packageHash,
    // A whole collection that is passed over stays whole: what it was at the cursor, it is at this block.
    status: wholeness.state === 'whole' ? 'whole' : 'enumerating',
    block: cursor,
    fork,
    definition: service.definitions.get(known.collection.kind)?.definition ?? '',
    total: 0,
    next: 0,
    failed: 0,
    reason: null,
    startedAt: at,
    finishedAt: null,
    updatedAt: at,
    revision: (enumeration?.revision ?? 0) + 1,
  };
  const doubt = doubtOf(begun);
  return doubt === null ? { do: 'begin', enumeration: begun } : { do: 'nothing', reason: doubt };

  /** Nothing has happened since that a new pass would have to repair. */
  function isValid(pass: Enumeration): boolean {
    return doubtOf(pass) === null;
  }

  function doubtOf(pass: Enumeration): string | null {
    const done = { ...state, enumeration: { ...pass, status: 'whole' as const } };
    return judged(known.collection, done, snapshot, service).reason;
  }
}
