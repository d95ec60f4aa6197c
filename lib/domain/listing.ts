import type { EntityRef } from './entity.ts';
import type { EntityRecord } from './record.ts';

/** What decides on which lists a record is. */
export interface Listed {
  readonly owner: string | null;
  /** The chain has the entity. */
  readonly exists: boolean;
  /** What the record says of it is not certain: it is in conflict, or too large to keep. */
  readonly doubtful: boolean;
  /** Of the record. */
  readonly fork: number;
  /** Its rows may be others than those that follow from this, so that all of them are written. */
  readonly unsure?: true;
}

/** One entity on one list. A row that is `gone` stays for a while, since only time removes rows (rule SAVE-7). */
export interface ListRow {
  readonly list: string;
  readonly place: string;
  readonly id: string;
  /** On the list of a collection: null where the token is burnt. */
  readonly owner: string | null;
  /** The block of the record that wrote it, and its fork: whether it was so before is not known from the row. */
  readonly height: number;
  readonly fork: number;
  readonly gone: boolean;
}

/** So many rows a page looks at: strangers can fill a list with rows that have gone (rule COLLECT-5). */
export const rowsOfPage = 500;

export const ownerList = (kind: string, owner: string): string => `owner#${kind}#${owner}`;

export const collectionList = (packageHash: string): string => `collection#${packageHash}`;

/** Tokens of all collections whose records are doubtful: few, and read with every list that may be complete. */
export const doubtfulList = 'doubtful';

/** Rule COLLECT-9: a note that no token of a collection is doubtful counts for an hour, and is renewed long before. */
export const undoubtedMs = 3_600_000;
export const notedAgainMs = undoubtedMs / 3;

const inCollection = /^([0-9a-f]{64}):(.+)$/s;
const number = /^(0|[1-9]\d{0,98})$/;

/** Where an id stands on a list: tokens of a collection together, numbers by their value and before all other texts. */
export function listPlace(id: string): string {
  const [, packageHash, token] = inCollection.exec(id) ?? [];
  if (packageHash === undefined || token === undefined) return id;
  return `${packageHash}:${number.test(token) ? `${String(token.length).padStart(2, '0')}:${token}` : `t:${token}`}`;
}

/** A value that is too large to keep (rule SAVE-6) is there all the same. */
export const listedAs = ({
  owner,
  value,
  tooLarge,
  conflict,
  fork,
}: Pick<EntityRecord, 'owner' | 'value' | 'tooLarge' | 'conflict' | 'fork'>): Listed => ({
  owner,
  exists: value !== null || tooLarge,
  doubtful: tooLarge || conflict !== null,
  fork,
});

/**
 * The rows that a save writes (rule COLLECT-1): none where nothing of it changes, all of them on another fork. `before` undefined: there
 * was no record.
 */
export function listRows(
  { kind, id }: EntityRef,
  after: Listed,
  before: Listed | undefined,
  height: number,
): readonly ListRow[] {
  const place = listPlace(id);
  const row = (list: string, owner: string | null, gone: boolean): ListRow => ({
    list,
    place,
    id,
    owner,
    height,
    fork: after.fork,
    gone,
  });
  const isSame = (part: 'owner' | 'exists' | 'doubtful'): boolean =>
    before !== undefined && before.unsure === undefined && before.fork === after.fork && before[part] === after[part];
  const rows: ListRow[] = [];
  if (before?.owner != null && before.owner !== after.owner)
    rows.push(row(ownerList(kind, before.owner), before.owner, true));
  if (after.owner !== null && !isSame('owner')) rows.push(row(ownerList(kind, after.owner), after.owner, false));
  const [, packageHash] = inCollection.exec(id) ?? [];
  if (packageHash === undefined) return rows;
  const wasThere = before !== undefined && (before.exists || before.unsure === true);
  if ((after.exists || wasThere) && !(isSame('owner') && isSame('exists')))
    rows.push(row(collectionList(packageHash), after.owner, !after.exists));
  const wasDoubtful = before !== undefined && (before.doubtful || before.unsure === true);
  if ((after.doubtful || wasDoubtful) && !isSame('doubtful'))
    rows.push(row(doubtfulList, after.owner, !after.doubtful));
  return rows;
}
