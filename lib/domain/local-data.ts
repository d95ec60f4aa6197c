import { createHash } from 'node:crypto';
import { type EntityRef, refKey } from './entity.ts';
import { parseAsWritten, sortedText } from './exact-json.ts';

/** Whose data, and for which entity: no two applications share a place (rule LOCAL-1). */
export interface LocalPlace {
  readonly application: string;
  readonly ref: EntityRef;
}

/** An application's own data for one entity. The chain knows nothing of it, and nothing compares the two (rule LOCAL-1). */
export interface LocalData {
  readonly place: LocalPlace;
  /** The JSON text of an object, every number as it was written; null: it was deleted, and the trail goes on (rule LOCAL-3). */
  readonly text: string | null;
  /** `localDigestOf` the text; null: it was deleted. */
  readonly digest: string | null;
  /** 1 for the first value; each later change and deletion adds one, and has one audit entry with this sequence (rule LOCAL-2). */
  readonly sequence: number;
  /** Digest of the newest audit entry. */
  readonly auditHead: string;
  /** ISO 8601. */
  readonly updatedAt: string;
  /** The row was changed outside this service: `text` is not what was written, and is never answered with. */
  readonly unreadable?: true;
}

/** The kind of the trails of local data. */
export const localKind = 'local';

/** The trail of the data at a place: `local#<application>#<kind>#<id>`. The name of an application has no `#`. */
export const localTrail = (place: LocalPlace): EntityRef => ({ kind: localKind, id: placeKey(place) });

/** `<application>#<kind>#<id>`: how the table names a place. */
export const placeKey = ({ application, ref }: LocalPlace): string => `${application}#${refKey(ref)}`;

/** The place that `placeKey` named. */
export function parsePlaceKey(key: string): LocalPlace {
  const [application = '', kind = ''] = key.split('#', 2);
  return { application, ref: { kind, id: key.slice(application.length + kind.length + 2) } };
}

/** SHA-256, in hex, over the text with its members sorted: of equal values it is equal. `text` is the JSON of an object. */
export const localDigestOf = (text: string): string =>
  createHash('sha256')
    .update(sortedText(parseAsWritten(text)))
    .digest('hex');

/** What an audit entry says of a value: its text, in which no digit is lost. */
export const localEntryValue = (text: string | null): { readonly data: string } | null =>
  text === null ? null : { data: text };

/** Whether there is data that can be answered with. */
export const isThere = (
  data: LocalData | undefined,
): data is LocalData & { readonly text: string; readonly digest: string } =>
  data !== undefined && data.text !== null && data.digest !== null;
