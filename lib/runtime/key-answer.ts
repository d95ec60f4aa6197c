import { type StoredKey, statusOfKey } from '../domain/api-key.ts';

/** A key in the form of the API: never with its hash (rule ACCESS-20). */
export function keyAnswer({ secretHash: _, revision: __, unreadable, ...key }: StoredKey, now: number) {
  const { id, name, ...rest } = key;
  const status = statusOfKey({ ...key, secretHash: '', revision: 0, ...(unreadable && { unreadable }) }, now);
  return unreadable ? { id, status, unreadable } : { id, name, status, ...rest };
}
