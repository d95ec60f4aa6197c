import * as z from 'zod/mini';

/** A header with a secret, which a node requires. Its value is in an environment variable or in Secrets Manager. */
export type SecretHeader = { readonly name: string } & ({ readonly env: string } | { readonly secretsManager: string });

/** One node as configured. */
export interface EndpointConfig {
  /** The name in health reports, logs and metrics. */
  readonly name: string;
  /** May hold a secret: the URL is never logged or returned. */
  readonly url: string;
  /** Nodes of one operator tend to fail together. */
  readonly operator: string | null;
  /** The limit of one process; null: no limit. */
  readonly callsPerSecond: number | null;
  readonly header: SecretHeader | null;
}

const name = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,62}$/, 'must be 1 to 63 letters, digits or ._:-'));
const ourHeaders = /^(?:host|connection|content-.*|accept-encoding|transfer-encoding)$/i;
const headerName = z.string().check(
  z.regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'must be the name of a header'),
  z.refine((text) => !ourHeaders.test(text), 'is a header that the client sets itself'),
);
const url = z.string().check(z.refine(isHttpUrl, 'must be an http or https URL'));
const operator = z.string().check(z.minLength(1), z.maxLength(63));
const callsPerSecond = z.number().check(z.gt(0));

/** AWS credentials and the service's own settings must not go to a node. Lambda allows no other characters in a name. */
const variable = /^(?!(?:AWS|LAMBDA|ASTAKE)_)[A-Za-z][A-Za-z0-9_]+$/;
/** The characters that RFC 9110, 5.5 allows in a header and that Node.js sends. */
const headerValue = /^[\t\x20-\x7e\x80-\xff]+$/;

/** A name that Secrets Manager allows. It has no wildcard, because it becomes part of a grant for exactly this secret. */
const secretName = '[A-Za-z0-9/_+=.@-]{1,512}';
/** A full ARN, with the six characters that Secrets Manager appends: the grant names exactly this ARN. */
const secretArn = String.raw`arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:${secretName}-[A-Za-z0-9]{6}`;
const secretsManager = z
  .string()
  .check(z.regex(new RegExp(`^(?:${secretName}|${secretArn})$`), 'must be the name or the full ARN of a secret'));

/** The JSON document of `CASPER_UPSTREAMS`. `given` reads an environment variable, which may hold the value of a header. */
export function endpointsSchema(given: (variable: string) => string | undefined): z.ZodMiniType<EndpointConfig[]> {
  const env = z.string().check(
    z.regex(variable, 'must be the name of an environment variable that starts with neither AWS_, LAMBDA_ nor ASTAKE_'),
    z.refine((named) => !variable.test(named) || given(named) !== undefined, 'the variable is not set'),
    z.refine(
      (named) => headerValue.test(given(named) ?? 'not set'),
      'the variable holds characters that a header must not have',
    ),
  );
  const header = z
    .strictObject({ name: headerName, env: z.optional(env), secretsManager: z.optional(secretsManager) })
    .check(z.refine(hasOneSource, { error: 'must have either env or secretsManager', when: isObject }));
  const nodes = z
    .array(
      z.strictObject({
        name,
        url,
        operator: z._default(z.nullable(operator), null),
        callsPerSecond: z._default(z.nullable(callsPerSecond), null),
        header: z._default(z.nullable(header), null),
      }),
    )
    .check(
      z.minLength(1, 'must name at least one node'),
      z.refine(namesDiffer, { error: 'must not use a name twice', when: ({ value }) => Array.isArray(value) }),
    );
  return nodes as unknown as z.ZodMiniType<EndpointConfig[]>;
}

// With `when` a check also runs on invalid input, so that one fault does not hide another.
const isObject = ({ value }: { readonly value: unknown }): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const hasOneSource = (header: object): boolean => 'env' in header !== 'secretsManager' in header;

function namesDiffer(nodes: readonly unknown[]): boolean {
  const names = nodes
    .map((node) => (node as { name?: unknown } | null)?.name)
    .filter((value) => typeof value === 'string');
  return new Set(names).size === names.length;
}

/** Names or ARNs of the secrets in Secrets Manager that these nodes' headers need, each once. */
export const secretsOf = (nodes: readonly EndpointConfig[]): string[] => [
  ...new Set(
    nodes.flatMap(({ header }) => (header !== null && 'secretsManager' in header ? [header.secretsManager] : [])),
  ),
];

/** Comma-separated URLs, named by host and port; an invalid one is named by its position. */
export function endpointsOfUrls(urls: string, problem: (text: string) => void): EndpointConfig[] {
  const taken = new Map<string, number>();
  return urls
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .flatMap((text, index) => {
      // The URL may contain a secret, so the message names its position.
      if (!isHttpUrl(text)) {
        problem(`entry ${index + 1} must be an http or https URL`);
        return [];
      }
      const { host } = new URL(text);
      const times = (taken.get(host) ?? 0) + 1;
      taken.set(host, times);
      const name = times === 1 ? host : `${host}#${times}`;
      return [{ name, url: text, operator: null, callsPerSecond: null, header: null }];
    });
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
