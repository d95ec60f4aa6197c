import { messageOf } from '../domain/errors.ts';
import type { WebhookRunner } from '../domain/ports/background-work.ts';
import { createInvoker } from './invoker.ts';
import { liveFunction } from './names.ts';
import type { Running } from './service.ts';

/** Of this process, for each environment: the SDK client is kept. */
let invoke: ReturnType<typeof createInvoker> | undefined;

/** Invokes the functions that send to webhooks, asynchronously. */
export function webhookRunner(environment: Parameters<typeof liveFunction>[0]): WebhookRunner {
  invoke ??= createInvoker();
  const send = invoke;
  return {
    dispatch: () => send(liveFunction(environment, 'dispatch-webhooks'), {}),
    deliver: (id) => send(liveFunction(environment, 'deliver-webhook'), { webhook: id }),
  };
}

/** Has webhooks sent what is due, without waiting for it. Each minute does the same for what is missed here. */
export async function dispatchNow({
  webhookRunner: runner,
  config,
  log,
}: Pick<Running, 'webhookRunner' | 'config' | 'log'>): Promise<void> {
  await (runner ?? webhookRunner(config.environment))
    .dispatch()
    .catch((error: unknown) => log.warn('webhooks were not dispatched', { error: messageOf(error) }));
}
