import { createHash, timingSafeEqual } from 'node:crypto';
import { type Audience, isOpen } from '../../manifest.ts';

export type Role = 'writer' | 'operator';

/** What a local run accepts in place of the IAM authorization of AWS. */
export interface Credential {
  readonly key: string;
  readonly roles: readonly Role[];
}

/** The one key of a local run may do everything. */
export const operatorCredential = (key: string): Credential => ({ key, roles: ['writer', 'operator'] });

/** `unauthenticated`: no valid credential; `forbidden`: a valid one without the audience's role. */
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

/** How long it takes must not tell how much of a key was right: digests are compared, and each key's is. */
function find(key: string, credentials: readonly Credential[]): Credential | undefined {
  const given = digest(key);
  return credentials.filter((credential) => timingSafeEqual(digest(credential.key), given))[0];
}

const digest = (key: string): Buffer => createHash('sha256').update(key).digest();
