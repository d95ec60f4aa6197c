import { randomUUID } from 'node:crypto';
import { invoked } from '../lib/runtime/invocation.ts';
import { withSender } from '../lib/runtime/webhooks/with-sender.ts';
import { deliverWebhook } from '../lib/usecases/webhooks/deliver-webhook.ts';

/** Less than the time-out of the function in the manifest. */
const budgetMs = 220_000;

/** Sends one webhook what it was not sent yet. Invoked asynchronously; what is left is sent by a later invocation. */
export const handler = invoked(async ({ webhook }: { readonly webhook: string }, service) => {
  const { pauseHours } = service.config.webhooks;
  return { ended: await deliverWebhook(webhook, { owner: randomUUID(), budgetMs, pauseHours }, withSender(service)) };
});
