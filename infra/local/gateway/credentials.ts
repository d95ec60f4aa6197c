import { createHash, timingSafeEqual } from 'node:crypto';
import { type Audience, isOpen } from '../../manifest.ts';

export type Role = 'writer' | 'operator';

/** A local run accepts credentials where AWS uses IAM authorization. */
export interface Credential {
  readonly key: string;
  readonly roles: readonly Role[];
}

/** The single key of a local run has all roles. */
export const operatorCredential = (key: string): Credential => ({ key, roles: ['writer', 'operator'] });

/** `unauthenticated`: no valid credential. `forbidden`: a valid credential without the role of the route's audience. */
export type Admission = 'admitted' | 'unauthenticated' | 'forbidden';

export function admit(
  audience: Audience,
  authorization: string | undefined,
  credentials: readonly Credential[],
): Admission {
  if (isOpen(audience)) return 'admitted';
  const key = /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  const credential = key === undefined ? undefined : find(key, credentials);
  if (!credential) return 'unauthenticated';
  return credential.roles.some((role) => role === audience) ? 'admitted' : 'forbidden';
}

/** The duration must not reveal how much of a key is right: digests are compared, against all keys. */
function find(key: string, credentials: readonly Credential[]): Credential | undefined {
  const given = digest(key);
  return credentials.filter((credential) => timingSafeEqual(digest(credential.key), given))[0];
}

const digest = (key: string): Buffer => createHash('sha256').update(key).digest();
