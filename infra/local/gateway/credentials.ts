import { createHash, timingSafeEqual } from 'node:crypto';
import { type Audience, isOpen } from '../../manifest.ts';

export type Role = 'writer' | 'operator';

/** A local run accepts credentials where AWS uses IAM authorization. */
export interface Credential {
  /** Who has the key: the actor in the audit trail. */
  readonly name?: string;
  readonly key: string;
  readonly roles: readonly Role[];
}

/** The single key of a local run has all roles. */
export const operatorCredential = (key: string): Credential => ({
  name: 'local:operator-key',
  key,
  roles: ['writer', 'operator'],
});

/** The caller's name where the route needs a credential. `unauthenticated`: no valid credential. `forbidden`: a valid credential without the role of the route's audience. */
export type Admission = { readonly caller: string | undefined } | 'unauthenticated' | 'forbidden';

export function admit(
  audience: Audience,
  authorization: string | undefined,
  credentials: readonly Credential[],
): Admission {
  if (isOpen(audience)) return { caller: undefined };
  const key = /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  const credential = key === undefined ? undefined : find(key, credentials);
  if (!credential) return 'unauthenticated';
  const isAdmitted = credential.roles.some((role) => role === audience);
  return isAdmitted ? { caller: credential.name ?? 'local:key' } : 'forbidden';
}

/** The duration must not reveal how much of a key is right: digests are compared, against all keys. */
function find(key: string, credentials: readonly Credential[]): Credential | undefined {
  const given = digest(key);
  return credentials.filter((credential) => timingSafeEqual(digest(credential.key), given))[0];
}

const digest = (key: string): Buffer => createHash('sha256').update(key).digest();
