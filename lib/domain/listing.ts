import type { EntityRef } from './entity.ts';
import type { EntityRecord } from './record.ts';

/** What decides on which lists a record is. */
export interface Listed {
  readonly owner: string | null;
  /** The chain has the entity. */
  readonly exists: boolean;
}

/** One entity on one list. A row that is `gone` stays for a while, since only time removes rows (rule SAVE-7). */
export interface ListRow {
  readonly list: string;
  readonly place: string;
  readonly id: string;
  /** On the list of a collection: null where the token is burnt. */
  readonly owner: string | null;
  readonly gone: boolean;
}

export const ownerList = (kind: string, owner: string): string => `owner#${kind}#${owner}`;

export const collectionList = (packageHash: string): string => `collection#${packageHash}`;

const inCollection = /^([0-9a-f]{64}):(.+)$/s;
const number = /^(0|[1-9]\d{0,98})$/;

/** Where an id stands on a list: tokens of a collection together, numbers by their value and before all other texts. */
export function listPlace(id: string): string {
  const [, packageHash, token] = inCollection.exec(id) ?? [];
  if (packageHash === undefined || token === undefined) return id;
  return `${packageHash}:${number.test(token) ? `${String(token.length).padStart(2, '0')}:${token}` : `t:${token}`}`;
}

export const listedAs = ({ owner, value }: Pick<EntityRecord, 'owner' | 'value'>): Listed => ({
  owner,
  exists: value !== null,
});

/** The rows that a save writes (rule COLLECT-1): none where neither owner nor existence changes. `before` undefined: not listed yet. */
export function listRows({ kind, id }: EntityRef, after: Listed, before: Listed | undefined): readonly ListRow[] {
  if (before !== undefined && before.owner === after.owner && before.exists === after.exists) return [];
  const place = listPlace(id);
  const row = (list: string, owner: string | null, gone: boolean): ListRow => ({ list, place, id, owner, gone });
  const rows: ListRow[] = [];
  if (before?.owner != null && before.owner !== after.owner)
    rows.push(row(ownerList(kind, before.owner), before.owner, true));
  if (after.owner !== null && before?.owner !== after.owner)
    rows.push(row(ownerList(kind, after.owner), after.owner, false));
  const [, packageHash] = inCollection.exec(id) ?? [];
  if (packageHash !== undefined && (after.exists || before?.exists))
    rows.push(row(collectionList(packageHash), after.owner, !after.exists));
  return rows;
}
