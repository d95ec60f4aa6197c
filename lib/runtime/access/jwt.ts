import type { JSONWebKeySet, JWTPayload } from 'jose';
import type { Clock, Log } from '../../domain/ports/telemetry.ts';
import { applicationForm, type Principal } from '../../domain/principal.ts';
import type { Authenticated } from './credential-memory.ts';
import { type Issuer, nameOfIssuer } from './issuers.ts';
import type { KeySets } from './key-set.ts';

/** Three parts in base64url; nothing else is taken apart. */
const form = /^[A-Za-z0-9_-]+\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+$/;
/** A token whose time begins this much later is accepted: the clocks of two hosts differ. Its end is exact. */
const toleranceSeconds = 30;
const packageHash = /^[0-9a-f]{64}$/;

export const looksLikeJwt = (text: string): boolean => form.test(text);

export interface JwtParts {
  readonly issuers: readonly Issuer[];
  readonly keySets: KeySets;
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
}

/**
 * Whose token this is. It counts only if it was signed by a configured issuer with a public key of the issuer's own set and one of its
 * configured algorithms, for this audience, and is within its time (rule ACCESS-5). Keys and addresses in the token's header count for
 * nothing. Why a token of the issuer is refused is logged: the caller does not learn it, and the operator must. Throws LookupError `issuer_unavailable`.
 */
export async function verdictOnJwt(text: string, parts: JwtParts): Promise<Authenticated> {
  const { issuers, clock, log } = parts;
  const named = issuerNamedIn(text);
  const issuer = issuers.find((one) => one.issuer === named);
  if (issuer === undefined) return undefined;
  const name = nameOfIssuer(issuer);
  function refused(reason: string): undefined {
    log.warn('a token of an issuer was refused', { issuer: name, reason });
  }
  const payload = await verified(text, issuer, parts, refused);
  if (payload === undefined) return undefined;
  if (!isFor(issuer, payload)) return refused(`its ${issuer.audienceClaim} is not ${issuer.audience.join(' or ')}`);
  const { sub, exp } = payload;
  if (exp === undefined || clock.now() >= exp * 1_000) return refused('it has expired');
  // The subject becomes the name of an actor: one word that can be shown and logged.
  if (typeof sub !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(sub)) return refused('its subject cannot be a name');
  return { principal: principalOf(sub, payload, issuer), until: exp * 1_000 };
}

/** Unverified: says only whose keys to verify with. */
function issuerNamedIn(text: string): unknown {
  try {
    const payload: unknown = JSON.parse(Buffer.from(form.exec(text)?.[1] ?? '', 'base64url').toString());
    return typeof payload === 'object' && payload !== null && 'iss' in payload ? payload.iss : undefined;
  } catch {
    return undefined;
  }
}

/** The claims, if the signature holds; with a key that is not known yet, the issuer's set is read again. */
async function verified(
  text: string,
  issuer: Issuer,
  { keySets, clock }: JwtParts,
  refused: (reason: string) => undefined,
): Promise<JWTPayload | undefined> {
  const { createLocalJWKSet, errors, jwtVerify } = await import('jose');
  const verify = async (set: JSONWebKeySet): Promise<JWTPayload> => {
    const { payload } = await jwtVerify(text, createLocalJWKSet(set), {
      issuer: issuer.issuer,
      algorithms: [...issuer.algorithms],
      requiredClaims: ['iss', 'sub', 'exp', issuer.audienceClaim],
      clockTolerance: toleranceSeconds,
      currentDate: new Date(clock.now()),
    });
    return payload;
  };
  const set = await keySets.current(issuer.jwksUri);
  try {
    return await verify(set);
  } catch (error) {
    if (!(error instanceof errors.JOSEError) && !(error instanceof TypeError)) throw error;
    // Claims are looked at once the signature holds, so that no stranger writes into the log.
    if (error instanceof errors.JWTExpired) return refused('it has expired');
    if (error instanceof errors.JWTClaimValidationFailed) return refused(`its ${error.claim} ${error.reason}`);
    if (!(error instanceof errors.JWKSNoMatchingKey)) return undefined;
  }
  const newer = await keySets.newerThan(set, issuer.jwksUri);
  return newer === undefined ? undefined : verify(newer).catch(() => undefined);
}

function isFor({ audience, audienceClaim }: Issuer, payload: JWTPayload): boolean {
  const claimed = payload[audienceClaim];
  const all: readonly unknown[] = Array.isArray(claimed) ? claimed : [claimed];
  return all.some((one) => typeof one === 'string' && audience.includes(one));
}

function principalOf(sub: string, payload: JWTPayload, issuer: Issuer): Principal {
  const { applicationClaim, collectionsClaim } = issuer;
  const scopes = [...listIn(payload.scope), ...listIn(payload.scp)];
  const application = applicationClaim === null ? undefined : payload[applicationClaim];
  return {
    name: `jwt:${nameOfIssuer(issuer)}:${sub}`,
    kind: 'jwt',
    roles: [...new Set(scopes.flatMap((scope) => (Object.hasOwn(issuer.roles, scope) ? [roleOf(issuer, scope)] : [])))],
    collections: collectionsClaim === null ? null : listIn(payload[collectionsClaim]).filter(isPackageHash),
    application: typeof application === 'string' && applicationForm.test(application) ? application : null,
    limits: null,
  };
}

const roleOf = ({ roles }: Issuer, scope: string) => roles[scope] as Principal['roles'][number];

/** A list of texts, or one text with spaces between (RFC 8693, 4.2). */
const listIn = (claim: unknown): readonly string[] =>
  typeof claim === 'string'
    ? claim.split(' ').filter((part) => part !== '')
    : Array.isArray(claim)
      ? claim.filter((part) => typeof part === 'string')
      : [];

const isPackageHash = (text: string): boolean => packageHash.test(text);
