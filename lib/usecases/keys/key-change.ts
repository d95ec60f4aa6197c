import { digestOfKey, keyKind, type StoredKey } from '../../domain/api-key.ts';
import type { KeyChange } from '../../domain/ports/keys.ts';
import type { Service } from '../../domain/service.ts';

export type KeyService = Pick<Service, 'keys' | 'audit' | 'clock'>;

/** A key as a change leaves it, before the entry of its trail is known. */
export type ChangedKey = Omit<StoredKey, 'auditHead'>;

/** What an entry of a key's trail may say of it: never its hash (rule ACCESS-20). */
type Said = Partial<Omit<StoredKey, 'id' | 'secretHash' | 'revision' | 'auditHead' | 'unreadable'>>;

/**
 * A key with the entry of its trail that says what is changed (rule ACCESS-21). `actor`: the name of the authenticated principal;
 * `before` null: the key is made. undefined: the trail ends with this very change already.
 */
export async function keyChange(
  key: ChangedKey,
  {
    actor,
    at,
    before,
    after,
  }: { readonly actor: string; readonly at: string; readonly before: Said | null; readonly after: Said },
  { audit }: Pick<Service, 'audit'>,
): Promise<KeyChange | undefined> {
  const ref = { kind: keyKind, id: key.id };
  const entry = await audit.following({
    ...{ ref, cause: 'access', actor, before, block: null, timestamp: at },
    // Rule ACCESS-24: the entry names the whole row that it leaves.
    after: { ...after, digest: digestOfKey(key) },
  });
  return entry && { key: { ...key, auditHead: entry.digest }, entry };
}
