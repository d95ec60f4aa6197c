import type { JSONWebKeySet } from 'jose';
import { LookupError, messageOf } from '../../domain/errors.ts';
import type { Clock, Log } from '../../domain/ports/telemetry.ts';

/** For so long a set is used without another look at the issuer. */
const freshMs = 10 * 60_000;
/** A set is still used while its issuer cannot be reached, for so long: a key that the issuer has withdrawn must end some time. */
const staleMs = 24 * 3_600_000;
/** Between two requests to an issuer: unknown key ids, which anyone can make up, must not become requests. */
const pauseMs = 30_000;
const timeoutMs = 2_000;
const mostBytes = 256 * 1024;

export interface KeySets {
  /** The public keys at this address, at most ten minutes old where the issuer answers. Throws LookupError `issuer_unavailable`. */
  current(uri: string): Promise<JSONWebKeySet>;
  /** A set that is newer than this one, which lacks a key: it is read at most every half a minute. undefined: none is known. */
  newerThan(set: JSONWebKeySet, uri: string): Promise<JSONWebKeySet | undefined>;
}

interface Kept {
  set: JSONWebKeySet | undefined;
  readAt: number;
  /** The last request to the issuer, successful or not. */
  askedAt: number;
  reading: Promise<void> | undefined;
}

export interface KeySetParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly fetch?: typeof fetch;
}

/** The JSON Web Key Sets of the issuers, one request at a time for each (rule ACCESS-5). */
export function createKeySets({ clock, log, fetch: send = fetch }: KeySetParts): KeySets {
  const kept = new Map<string, Kept>();

  function keptOf(uri: string): Kept {
    const never = Number.NEGATIVE_INFINITY;
    const known = kept.get(uri) ?? { set: undefined, readAt: never, askedAt: never, reading: undefined };
    kept.set(uri, known);
    return known;
  }

  function read(uri: string, known: Kept): Promise<void> {
    if (known.reading !== undefined) return known.reading;
    if (clock.steady() - known.askedAt < pauseMs) return Promise.resolve();
    known.askedAt = clock.steady();
    known.reading = fetchKeySet(uri, send)
      .then(
        (set) => {
          known.set = set;
          known.readAt = clock.steady();
        },
        (error: unknown) => {
          log.warn('the keys of an issuer cannot be read', { issuer: new URL(uri).host, error: messageOf(error) });
        },
      )
      .finally(() => {
        known.reading = undefined;
      });
    return known.reading;
  }

  return {
    async current(uri) {
      const known = keptOf(uri);
      if (clock.steady() - known.readAt >= freshMs) await read(uri, known);
      if (known.set !== undefined && clock.steady() - known.readAt < staleMs) return known.set;
      throw new LookupError('issuer_unavailable', 'the keys of the issuer of this token cannot be read', {
        retryable: true,
        retryAfter: pauseMs / 1_000,
      });
    },

    async newerThan(set, uri) {
      const known = keptOf(uri);
      if (known.set === set) await read(uri, known);
      return known.set === set ? undefined : known.set;
    },
  };
}

/** Throws for everything but a set of keys that came whole, in time, and from this very address. */
async function fetchKeySet(uri: string, send: typeof fetch): Promise<JSONWebKeySet> {
  const answer = await send(uri, {
    headers: { accept: 'application/jwk-set+json, application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (answer.status !== 200) throw new Error(`the answer has the status ${answer.status}`);
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of answer.body ?? []) {
    bytes += part.length;
    if (bytes > mostBytes) throw new Error(`the answer has more than ${mostBytes} bytes`);
    parts.push(part);
  }
  const value: unknown = JSON.parse(Buffer.concat(parts).toString());
  if (!isKeySet(value)) throw new Error('the answer is no JSON Web Key Set');
  return value;
}

const isKeySet = (value: unknown): value is JSONWebKeySet =>
  typeof value === 'object' &&
  value !== null &&
  'keys' in value &&
  Array.isArray(value.keys) &&
  value.keys.every((key) => typeof key === 'object' && key !== null && typeof key.kty === 'string');
