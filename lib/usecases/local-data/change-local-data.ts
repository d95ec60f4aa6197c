import { chainEntry } from '../../domain/audit-chain.ts';
import { StoreUnavailable } from '../../domain/errors.ts';
import {
  isThere,
  type LocalData,
  type LocalPlace,
  localDigestOf,
  localEntryValue,
  localTrail,
} from '../../domain/local-data.ts';
import type { LocalChange } from '../../domain/ports/local-data.ts';
import type { AuditEntry } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';

type ChangeService = Pick<Service, 'localData' | 'audit' | 'clock'>;

export interface WantedLocalData {
  readonly place: LocalPlace;
  /** The JSON text of an object; null: the data is to be deleted. */
  readonly text: string | null;
  /** The name of the authenticated principal. */
  readonly actor: string;
  /** Throws where the data that is there now must not be changed. */
  admit(current: LocalData | undefined): void;
}

export interface ChangedLocalData {
  /** undefined: there is none, and there never was. */
  readonly data: LocalData | undefined;
  /** Whether there was data before. */
  readonly existed: boolean;
}

/** Each attempt that fails gave way to another writer, which succeeded. */
const attempts = 20;

/**
 * Stores or deletes the data at a place, with one entry of its trail (rule LOCAL-2). Another writer in between: `admit` is asked again
 * with what it has left. Nothing is written where the same value is there already. Throws StoreUnavailable when that does not end.
 */
export async function changeLocalData(wanted: WantedLocalData, service: ChangeService): Promise<ChangedLocalData> {
  const { place, text, admit } = wanted;
  const digest = text === null ? null : localDigestOf(text);
  let sent: LocalChange | undefined;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const before = await service.localData.find(place);
    // It was made, and its answer was lost.
    if (sent !== undefined && before?.auditHead === sent.data.auditHead)
      return { data: before, existed: isThere(sent.before) };
    const existed = isThere(before);
    admit(before);
    if (!before?.unreadable && (before?.digest ?? null) === digest) return { data: before, existed };
    // A trail that is ahead of its item, which was set back outside this service, is continued from its end.
    const newest = attempt === 1 ? undefined : (await service.audit.history(localTrail(place), { limit: 1 }))[0];
    sent = changeOf(wanted, digest, before, newest, service.clock.now());
    if (await service.localData.change(sent)) return { data: sent.data, existed };
  }
  throw new StoreUnavailable('the local data stays contended');
}

function changeOf(
  { place, text, actor }: WantedLocalData,
  digest: string | null,
  before: LocalData | undefined,
  newest: AuditEntry | undefined,
  now: number,
): LocalChange {
  const updatedAt = new Date(now).toISOString();
  const last = newest ?? (before && { sequence: before.sequence, digest: before.auditHead });
  const entry = chainEntry({
    ref: localTrail(place),
    sequence: (last?.sequence ?? 0) + 1,
    cause: 'application',
    actor,
    before: localEntryValue(before?.text ?? null),
    after: localEntryValue(text),
    block: null,
    timestamp: updatedAt,
    previousDigest: last?.digest ?? null,
  });
  const { sequence, digest: auditHead } = entry;
  return { before, data: { place, text, digest, sequence, auditHead, updatedAt }, entry };
}
