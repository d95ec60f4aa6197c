import { LRUCache } from 'lru-cache';
import type { Clock } from '../../domain/ports/telemetry.ts';
import type { Principal } from '../../domain/principal.ts';

/** Who a credential belongs to, and until when (milliseconds since the epoch; undefined: no end is known). undefined: it is not valid. */
export type Authenticated = { readonly principal: Principal; readonly until: number | undefined } | undefined;

/** Rule ACCESS-2: a revoked key is refused within this time, since no other cache keeps what is known of a credential. */
export const rememberedMs = 25_000;
const mostRemembered = 5_000;

export interface CredentialMemory {
  /** The verdict on the credential of this digest: remembered, being found, or found now. What `find` throws is not remembered. */
  of(digest: string, find: () => Promise<Authenticated>): Promise<Authenticated>;
}

/**
 * What this process knows of credentials, valid and invalid ones apart, so that made-up credentials push out no valid one. No result
 * outlives the credential.
 */
export function createCredentialMemory(clock: Clock): CredentialMemory {
  const options = { max: mostRemembered, ttl: rememberedMs, perf: { now: clock.steady }, ttlResolution: 0 };
  const valid = new LRUCache<string, NonNullable<Authenticated>>(options);
  const invalid = new LRUCache<string, true>(options);
  const underWay = new Map<string, Promise<Authenticated>>();

  return {
    async of(digest, find) {
      const known = valid.get(digest);
      if (known !== undefined) {
        if (known.until === undefined || clock.now() < known.until) return known;
        valid.delete(digest);
      }
      if (invalid.get(digest)) return undefined;
      const asked = underWay.get(digest) ?? begin(digest, find);
      return asked;
    },
  };

  function begin(digest: string, find: () => Promise<Authenticated>): Promise<Authenticated> {
    // The result is as old as the reading's begin: a revocation that it has missed must not count from its end.
    const start = clock.steady();
    const found = find()
      .then((verdict) => {
        if (verdict === undefined) invalid.set(digest, true, { start });
        else valid.set(digest, verdict, { start });
        return verdict;
      })
      .finally(() => underWay.delete(digest));
    underWay.set(digest, found);
    return found;
  }
}
