import type { StoredKey } from '../../domain/api-key.ts';
import { StoreUnavailable } from '../../domain/errors.ts';
import type { KeyChange } from '../../domain/ports/keys.ts';
import type { Service } from '../../domain/service.ts';

export type KeyService = Pick<Service, 'keys' | 'audit' | 'clock'>;

/** What an entry of a key's trail may say of it: never its hash (rule ACCESS-20). */
type Said = Partial<Omit<StoredKey, 'id' | 'secretHash' | 'revision' | 'unreadable'>>;

const attempts = 5;

/**
 * A key with the entry of its trail that says what is changed (rule ACCESS-21). `actor`: the name of the authenticated principal;
 * `before` null: the key is made. undefined: the trail ends with this very change already.
 */
export async function keyChange(
  key: StoredKey,
  {
    actor,
    at,
    before,
    after,
  }: { readonly actor: string; readonly at: string; readonly before: Said | null; readonly after: Said },
  { audit }: Pick<Service, 'audit'>,
): Promise<KeyChange | undefined> {
  const ref = { kind: 'key', id: key.id };
  const entry = await audit.following({ ref, cause: 'access', actor, before, after, block: null, timestamp: at });
  return entry && { key, entry };
}

/** Repeats what another change of the same key has come between. Throws StoreUnavailable when that does not end. */
export async function uncontestedChange<Made>(attempt: () => Promise<Made | undefined>): Promise<Made> {
  for (let left = attempts; left > 0; left -= 1) {
    const made = await attempt();
    if (made !== undefined) return made;
  }
  throw new StoreUnavailable('the key stays contended');
}
