import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { mayAct, type Role } from '../../../lib/domain/principal.ts';
import { pageFormatOf } from '../../../lib/runtime/accept.ts';
import { type Audience, isOpen } from '../../manifest.ts';

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
  roles: ['reader', 'writer', 'operator', 'auditor'],
});

/** The caller's name where the route needs a credential. `unauthenticated`: no valid credential. `forbidden`: a valid credential without the role of the route's audience. */
export type Admission = { readonly caller: string | undefined } | 'unauthenticated' | 'forbidden';

export function admit(
  audience: Audience,
  { method, headers }: Pick<IncomingMessage, 'method' | 'headers'>,
  credentials: readonly Credential[],
): Admission {
  if (audience === 'anyone' || isOpen(audience)) return { caller: undefined };
  const key = keyIn(headers.authorization ?? '', isReading(method));
  const credential = key === undefined ? undefined : find(key, credentials);
  if (!credential) return 'unauthenticated';
  const isAdmitted = mayAct(credential, audience);
  return isAdmitted ? { caller: credential.name ?? 'local:key' } : 'forbidden';
}

/**
 * A browser sends a key only as the password of Basic, and by itself once it was typed: also where another site's page sends a form.
 * So Basic counts for reading alone.
 */
function keyIn(authorization: string, mayBeBasic: boolean): string | undefined {
  const [, scheme = '', value = ''] = /^(bearer|basic) +(\S+) *$/i.exec(authorization) ?? [];
  if (scheme.toLowerCase() !== 'basic') return value === '' ? undefined : value;
  const [, password] = /^[^:]*:(.+)$/s.exec(Buffer.from(value, 'base64').toString()) ?? [];
  return mayBeBasic ? password : undefined;
}

/** How a caller without a key learns what to send: a browser that asks for a page shows a form for the key. */
export const challengeFor = ({ method, headers }: Pick<IncomingMessage, 'method' | 'headers'>): string =>
  isReading(method) && pageFormatOf(undefined, headers.accept) === 'html'
    ? 'Basic realm="Astake Lookup: any name, and the operator key as the password", charset="UTF-8"'
    : 'Bearer';

const isReading = (method: string | undefined): boolean => method === 'GET' || method === 'HEAD';

/** The duration must not reveal how much of a key is right: digests are compared, against all keys. */
function find(key: string, credentials: readonly Credential[]): Credential | undefined {
  const given = digest(key);
  return credentials.filter((credential) => timingSafeEqual(digest(credential.key), given))[0];
}

const digest = (key: string): Buffer => createHash('sha256').update(key).digest();
