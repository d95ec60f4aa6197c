import { createHash, createHmac } from 'node:crypto';

/** A secret of a webhook, in the form of the Standard Webhooks specification: `whsec_` and the key in base64. */
export interface WebhookSecret {
  readonly secret: string;
  /** ISO 8601: from then on nothing is signed with it; null: it is the present one. */
  readonly until: string | null;
}

const prefix = 'whsec_';

/** How many random bytes a secret is made of. */
export const webhookSecretBytes = 32;

export const webhookSecretOf = (random: Uint8Array): string => `${prefix}${Buffer.from(random).toString('base64')}`;

/** The secrets that sign now; `now`: milliseconds since the epoch. */
export const secretsInUse = (secrets: readonly WebhookSecret[], now: number): readonly WebhookSecret[] =>
  secrets.filter(({ until }) => until === null || now < Date.parse(until));

/** The same for each delivery of one event, so that a receiver knows a repeated one (rule HOOK-1). */
export const messageIdOf = (eventId: string): string =>
  `evt_${createHash('sha256').update(eventId).digest('hex').slice(0, 32)}`;

/**
 * The headers of a delivery, by the Standard Webhooks specification (rule HOOK-5): one signature for each secret, over
 * `<id>.<timestamp>.<body>`. `now`: milliseconds since the epoch.
 */
export function signedHeaders(
  { id, body }: { readonly id: string; readonly body: string },
  secrets: readonly WebhookSecret[],
  now: number,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now / 1_000));
  const signatures = secretsInUse(secrets, now).map(({ secret }) => {
    const key = Buffer.from(secret.slice(prefix.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
