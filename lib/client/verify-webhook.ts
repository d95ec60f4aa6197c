import type { Schemas } from './contract.ts';
import { UntrustedWebhookError } from './errors.ts';
import { parseJson } from './exact-json.ts';

type GivenHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface SignedDelivery {
  /** Of the webhook: `whsec_…`. While a secret is replaced, both. */
  readonly secret: string | readonly string[];
  /** Of the request, in any case of letters. */
  readonly headers: GivenHeaders;
  /** As it came, not parsed. */
  readonly body: string | Uint8Array;
  /** How old a delivery may be, in seconds. 300. */
  readonly toleranceSeconds?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/**
 * The event of a delivery that is signed with the secret (Standard Webhooks). Throws an UntrustedWebhookError for every other
 * one. An event may come twice: keep the ids that `webhook-id` has.
 */
export async function verifyWebhook(delivery: SignedDelivery): Promise<Schemas['ChangeEvent']> {
  try {
    return await verify(delivery);
  } catch (error) {
    throw error instanceof UntrustedWebhookError ? error : new UntrustedWebhookError('it cannot be checked', error);
  }
}

async function verify({ secret, headers, body, toleranceSeconds = 300, now = Date.now }: SignedDelivery) {
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
    headerOf(headers, name),
  );
  if (!id || !timestamp || !signatures) throw new UntrustedWebhookError('a header of the signature is missing');
  if (!/^\d+$/.test(timestamp) || Math.abs(now() / 1_000 - Number(timestamp)) > toleranceSeconds)
    throw new UntrustedWebhookError('the delivery is too old, or of the future');
  const text = typeof body === 'string' ? body : new TextDecoder('utf-8', { fatal: true }).decode(body);
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${text}`);
  const given = signatures.split(' ').filter((one) => one.startsWith('v1,'));
  for (const each of [secret].flat()) {
    const key = await keyOf(each);
    for (const signature of given) {
      if (await crypto.subtle.verify('HMAC', key, bytesOf(signature.slice(3)), signed))
        return parseJson(text) as Schemas['ChangeEvent'];
    }
  }
  throw new UntrustedWebhookError('no signature is of this secret');
}

const keyOf = (secret: string) =>
  crypto.subtle.importKey('raw', bytesOf(secret.replace(/^whsec_/, '')), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'verify',
  ]);

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

function headerOf(headers: GivenHeaders, name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  const [, value] = Object.entries(headers).find(([given]) => given.toLowerCase() === name) ?? [];
  return typeof value === 'string' ? value : value?.[0];
}
