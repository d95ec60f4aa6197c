import { LookupError } from '../../domain/errors.ts';
import type { Keys } from '../../domain/ports/keys.ts';
import type { Clock, Log } from '../../domain/ports/telemetry.ts';
import { anonymous, type Principal, roles } from '../../domain/principal.ts';
import { verdictOnKey } from './api-key.ts';
import { credentialIn } from './credential.ts';
import { type Authenticated, createCredentialMemory } from './credential-memory.ts';
import type { Issuer } from './issuers.ts';
import { looksLikeJwt, verdictOnJwt } from './jwt.ts';
import { createKeySets } from './key-set.ts';
import { isSameSecret } from './same-secret.ts';

/** `invalid`: a credential was sent, and it is not valid; no caller learns why. `unavailable`: whether it is valid cannot be known now. */
export type Refusal =
  | { readonly refused: 'invalid' }
  | { readonly refused: 'unavailable'; readonly error: LookupError };

/** Who sends this `Authorization` header; `anonymous` without one, and then nothing is read. */
export type Authenticate = (authorization: string | undefined, method: string) => Promise<Principal | Refusal>;

export interface AccessParts {
  readonly keys: Pick<Keys, 'find'>;
  readonly issuers: readonly Issuer[];
  /** The key of a local run, which has all roles; null: there is none, as everywhere else. */
  readonly localKey: string | null;
  readonly clock: Clock;
  readonly log: Log;
  readonly fetch?: typeof fetch;
}

/** Authenticates callers: keys, tokens of configured issuers, and the key of a local run. Each credential at most every 25 seconds. */
export function createAuthenticate(parts: AccessParts): Authenticate {
  const results = createCredentialMemory(parts.clock);
  const jwtParts = { issuers: parts.issuers, keySets: createKeySets(parts), clock: parts.clock, log: parts.log };

  return async (authorization, method) => {
    if (authorization === undefined || authorization.trim() === '') return anonymous;
    const credential = credentialIn(authorization, method);
    if (credential === undefined) return { refused: 'invalid' };
    try {
      const verdict = await results.of(credential.digest, () => verdictOn(credential.text));
      return verdict?.principal ?? { refused: 'invalid' };
    } catch (error) {
      if (error instanceof LookupError) return { refused: 'unavailable', error };
      throw error;
    }
  };

  async function verdictOn(text: string): Promise<Authenticated> {
    if (parts.localKey !== null && isSameSecret(text, parts.localKey)) return { principal: local, until: undefined };
    return looksLikeJwt(text) ? verdictOnJwt(text, jwtParts) : verdictOnKey(text, parts);
  }
}

export const isRefusal = (outcome: Principal | Refusal): outcome is Refusal => 'refused' in outcome;

const local: Principal = {
  name: 'local:operator-key',
  kind: 'local',
  roles,
  collections: null,
  application: 'local',
  limits: null,
};
