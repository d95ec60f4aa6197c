import { describe, expect, test } from '@jest/globals';
import { UntrustedWebhookError, verifyWebhook } from '../../lib/client/index.ts';
import { signedHeaders, webhookSecretOf } from '../../lib/domain/webhook-signature.ts';

const now = Date.parse('2026-11-23T00:00:00.000Z');
const [secret, other] = [1, 2].map((seed) => webhookSecretOf(new Uint8Array(32).fill(seed))) as [string, string];
const body = JSON.stringify({ id: 'e-1', type: 'RecordChanged', text: 'ü', detail: { amount: 1 } });
const signed = (secrets: readonly string[] = [secret]) =>
  signedHeaders(
    { id: 'evt_1', body },
    secrets.map((each) => ({ secret: each, until: null })),
    now,
  );
const check = (given: object = {}) =>
  verifyWebhook({ secret, headers: signed(), body, now: () => now + 1_000, ...given });

describe('a delivery', () => {
  test.each([
    ['as Node has it', {}],
    ['with headers of fetch', { headers: new Headers(signed()) }],
    [
      'with headers in other letters',
      { headers: Object.fromEntries(Object.entries(signed()).map(([name, value]) => [name.toUpperCase(), [value]])) },
    ],
    ['whose body is bytes', { body: new TextEncoder().encode(body) }],
    ['signed with the old and the new secret', { headers: signed([other, secret]) }],
    ['of which the receiver knows two secrets', { secret: [other, secret] }],
  ])('that is signed gives its event: %s', async (_what, given) => {
    expect(await check(given)).toEqual(JSON.parse(body));
  });

  test.each([
    ['another body', { body: body.replace('1}', '2}') }],
    ['a body that is cut', { body: body.slice(0, -1) }],
    ['another secret', { secret: other }],
    ['another id', { headers: { ...signed(), 'webhook-id': 'evt_2' } }],
    ['a newer time than was signed', { headers: { ...signed(), 'webhook-timestamp': String(now / 1_000 + 1) } }],
    ['an old time', { now: () => now + 301_000 }],
    ['a time of the future', { now: () => now - 301_000 }],
    ['a time that is none', { headers: { ...signed(), 'webhook-timestamp': 'NaN' } }],
    ['no signature', { headers: { 'webhook-id': 'a', 'webhook-timestamp': '1' } }],
    ['a signature that is no base64', { headers: { ...signed(), 'webhook-signature': 'v1,%%%' } }],
    [
      'a signature of another scheme',
      { headers: { ...signed(), 'webhook-signature': signed()['webhook-signature']?.replace('v1,', 'v2,') } },
    ],
    ['a secret that is no base64', { secret: 'whsec_%%' }],
    ['a secret that is empty', { secret: '' }],
    ['bytes that are no text', { body: new Uint8Array([255, 254]) }],
    ['nothing', { headers: {}, body: '' }],
  ])('is refused with a typed error for %s', async (_what, given) => {
    const error = await check(given).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UntrustedWebhookError);
    expect(error).toMatchObject({ code: 'untrusted_webhook', retryable: false });
  });
});
