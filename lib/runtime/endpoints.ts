import * as z from 'zod/mini';

/** A secret that a node wants in a header: from a variable of the environment, or from Secrets Manager by name or ARN. */
export type SecretHeader = { readonly name: string } & ({ readonly env: string } | { readonly secretsManager: string });

/** One node as configured. */
export interface EndpointConfig {
  /** Told in health reports, logs and metrics. */
  readonly name: string;
  /** May hold a secret, and is told nowhere. */
  readonly url: string;
  /** Who runs it: nodes of one operator tend to fail together. */
  readonly operator: string | null;
  /** Of one process; null: no limit. */
  readonly callsPerSecond: number | null;
  readonly header: SecretHeader | null;
}

const name = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,62}$/, 'must be 1 to 63 letters, digits or ._:-'));
const ourHeaders = /^(?:host|connection|content-.*|accept-encoding|transfer-encoding)$/i;
const headerName = z.string().check(
  z.regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'must be the name of a header'),
  z.refine((text) => !ourHeaders.test(text), 'is a header of our own'),
);
const url = z.string().check(z.refine(isHttpUrl, 'must be an http or https URL'));

/** The JSON document of `CASPER_UPSTREAMS`. */
export const endpointsSchema = z
  .array(
    z.strictObject({
      name,
      url,
      operator: z._default(z.nullable(z.string().check(z.minLength(1), z.maxLength(63))), null),
      callsPerSecond: z._default(z.nullable(z.number().check(z.gt(0))), null),
      header: z._default(
        z.nullable(
          z.union([
            z.strictObject({ name: headerName, env: z.string().check(z.minLength(1)) }),
            z.strictObject({ name: headerName, secretsManager: z.string().check(z.minLength(1)) }),
          ]),
        ),
        null,
      ),
    }),
  )
  .check(
    z.minLength(1, 'must name at least one node'),
    z.refine((nodes) => new Set(nodes.map((node) => node.name)).size === nodes.length, 'must not use a name twice'),
  );

/** Comma-separated URLs, named by host and port; those that are none are told by their place. */
export function endpointsOf(urls: string, problem: (text: string) => void): EndpointConfig[] {
  const taken = new Map<string, number>();
  return urls
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .flatMap((text, index) => {
      // The URL itself may hold a secret: it is named by its place.
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
