import type { Clock } from '../../domain/ports/telemetry.ts';
import type { WebhookSender } from '../../domain/ports/webhook-sender.ts';
import { createWebhookSender, type SenderSettings } from './webhook-sender.ts';

interface Sending {
  readonly webhookSender: WebhookSender | undefined;
  readonly config: { readonly webhooks: Pick<SenderSettings, 'ports' | 'allowPrivate'> };
  readonly clock: Clock;
}

/** The same service with a sender: functions that send nothing do not load it. */
export const withSender = <S extends Sending>(service: S): S & { readonly webhookSender: WebhookSender } => ({
  ...service,
  webhookSender: service.webhookSender ?? createWebhookSender({ ...service.config.webhooks, clock: service.clock }),
});
