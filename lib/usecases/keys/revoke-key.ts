import type { StoredKey } from '../../domain/api-key.ts';
import { uncontestedChange } from '../store-access.ts';
import { type KeyService, keyChange } from './key-change.ts';
import { keyById } from './list-keys.ts';

/**
 * Revokes a key for good: nothing takes a revocation back (rule ACCESS-23). A key that is revoked already stays as it is. Throws
 * `not_found` where no stored key has the id, and `conflict_state` where its row is not a key any more.
 */
export async function revokeKey(
  id: string,
  { actor }: { readonly actor: string },
  service: KeyService,
): Promise<StoredKey> {
  return uncontestedChange('key', async () => {
    const key = await keyById(id, service);
    if (key.revokedAt !== null) return key;
    const at = new Date(service.clock.now()).toISOString();
    const revocation = { revokedAt: at, revokedBy: actor };
    const revoked = { ...key, ...revocation, revision: key.revision + 1 };
    const before = { revokedAt: null, revokedBy: null };
    const change = await keyChange(revoked, { actor, at, before, after: revocation }, service);
    return change !== undefined && (await service.keys.change(change)) ? change.key : undefined;
  });
}
