import { hashOfKey, isTextOf, keyIdIn, statusOfKey } from '../../domain/api-key.ts';
import type { Keys } from '../../domain/ports/keys.ts';
import type { Clock } from '../../domain/ports/telemetry.ts';
import type { Authenticated } from './credential-memory.ts';

/** Compared with where there is no such key, so that an unknown id takes the same work. */
const noKey = { secretHash: hashOfKey('no key has this text') };

/** Whose API key this is. Unknown, wrong, expired and revoked keys are the same to the caller (rule ACCESS-1). Throws StoreUnavailable. */
export async function verdictOnKey(
  text: string,
  { keys, clock }: { readonly keys: Pick<Keys, 'find'>; readonly clock: Clock },
): Promise<Authenticated> {
  const id = keyIdIn(text);
  const stored = id === undefined ? undefined : await keys.find(id);
  const isOwn = isTextOf(text, stored ?? noKey);
  if (stored === undefined || !isOwn || statusOfKey(stored, clock.now()) !== 'active') return undefined;
  const { roles, collections, application, limits, expiresAt } = stored;
  return {
    principal: { name: `key:${stored.id}`, kind: 'key', roles, collections, application, limits },
    until: expiresAt === null ? undefined : Date.parse(expiresAt),
  };
}
