import type { WebhookRunner } from '../domain/ports/background-work.ts';
import { createInvoker } from './invoker.ts';
import { functionName } from './names.ts';

/** Of this process, for each environment: the SDK client is kept. */
let invoke: ReturnType<typeof createInvoker> | undefined;

/** Invokes the functions that send to webhooks, asynchronously. */
export function webhookRunner(environment: Parameters<typeof functionName>[0]): WebhookRunner {
  invoke ??= createInvoker();
  const send = invoke;
  return {
    dispatch: () => send(functionName(environment, 'dispatch-webhooks'), {}),
    deliver: (id) => send(functionName(environment, 'deliver-webhook'), { webhook: id }),
  };
}
