import * as z from 'zod/mini';
import { type Role, roles } from '../../domain/principal.ts';

/** One issuer of JSON Web Tokens, as configured. */
export interface Issuer {
  /** Exactly as the tokens have it in `iss`. */
  readonly issuer: string;
  readonly jwksUri: string;
  /** A token is for this service where one of them is in its `aud`. */
  readonly audience: readonly string[];
  /** The claim that has the audience: `aud`, or `client_id` for issuers whose access tokens have no `aud`. */
  readonly audienceClaim: string;
  readonly algorithms: readonly string[];
  /** Role by scope. */
  readonly roles: Readonly<Record<string, Role>>;
  /** The claim that names the caller's application; null: no caller has one. */
  readonly applicationClaim: string | null;
  /** The claim that lists package hashes; null: all collections. A token without the claim may use none. */
  readonly collectionsClaim: string | null;
}

/**
 * Names the issuer in the name of an actor: host and path, since several issuers may share a host. A colon is written as in a URL's
 * query: the subject follows behind one.
 */
export function nameOfIssuer({ issuer }: Pick<Issuer, 'issuer'>): string {
  const { host, pathname } = new URL(issuer);
  return `${host}${pathname.replace(/\/$/, '')}`.replaceAll(':', '%3A');
}

/** Only with a public key: who can verify such a token cannot make one. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const;

const claim = z.string().check(z.minLength(1), z.maxLength(100));
const text = z.string().check(z.minLength(1), z.maxLength(200));

/** The JSON document of `ASTAKE_JWT_ISSUERS`. Plain HTTP is for a local run only. */
export function issuersSchema(isLocal: boolean): z.ZodMiniType<readonly Issuer[]> {
  const url = z
    .string()
    .check(
      z.refine(
        (given) => isUrl(given, isLocal ? ['https:', 'http:'] : ['https:']),
        isLocal ? 'must be an http or https URL' : 'must be an https URL',
      ),
    );
  const issuer = z.pipe(
    z.strictObject({
      issuer: url,
      jwksUri: z.optional(url),
      audience: z.union([text, z.array(text).check(z.minLength(1))]),
      audienceClaim: z._default(claim, 'aud'),
      algorithms: z._default(z.array(z.enum(algorithms)).check(z.minLength(1)), ['RS256', 'ES256']),
      roles: z.record(text, z.enum(roles)),
      applicationClaim: z._default(z.nullable(claim), null),
      collectionsClaim: z._default(z.nullable(claim), null),
    }),
    z.transform(({ jwksUri, audience, ...rest }) => ({
      ...rest,
      jwksUri: jwksUri ?? `${rest.issuer.replace(/\/$/, '')}/.well-known/jwks.json`,
      audience: typeof audience === 'string' ? [audience] : audience,
    })),
  );
  const all = z.array(issuer).check(
    z.refine((given) => new Set(given.map((one) => one.issuer)).size === given.length, 'must not name an issuer twice'),
    z.refine(
      (given) => new Set(given.map(nameOfIssuer)).size === given.length,
      'must not have two issuers of one host and path: their subjects would have the same names',
    ),
  );
  return all as unknown as z.ZodMiniType<readonly Issuer[]>;
}

function isUrl(given: string, protocols: readonly string[]): boolean {
  if (!URL.canParse(given)) return false;
  const { protocol, username, password, hash } = new URL(given);
  return protocols.includes(protocol) && username === '' && password === '' && hash === '';
}
