import { invoked } from '../lib/runtime/invocation.ts';
import { webhookRunner } from '../lib/runtime/webhook-runner.ts';
import { dispatchWebhooks } from '../lib/usecases/webhooks/dispatch-webhooks.ts';

/** Begins the delivery to each webhook that has something to be sent: each minute, and after events were appended to the log. */
export const handler = invoked(async (_: object, service) => {
  const runner = service.webhookRunner ?? webhookRunner(service.config.environment);
  return { begun: await dispatchWebhooks({ ...service, webhookRunner: runner }) };
});
