import { type StoredKey, statusOfKey } from '../domain/api-key.ts';

/** A key in the form of the API: never with its hash (rule ACCESS-20). */
export function keyAnswer(key: StoredKey, now: number) {
  const { secretHash: _, revision: __, auditHead: ___, unreadable, id, name, ...rest } = key;
  const status = statusOfKey(key, now);
  return unreadable ? { id, status, unreadable } : { id, name, status, ...rest };
}
