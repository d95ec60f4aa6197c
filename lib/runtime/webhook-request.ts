import type * as z from 'zod/mini';
import { unknownKind } from '../domain/entity.ts';
import { InvalidRequest } from '../domain/errors.ts';
import type { WebhookSender } from '../domain/ports/webhook-sender.ts';
import type { WebhookFilter } from '../domain/webhook.ts';
import { resolveCollection } from '../entities/collections.ts';
import type { WebhookSettings } from '../usecases/webhooks/create-webhook.ts';
import type { webhookPatchSchema, webhookRequestSchema } from './contract/webhook-schemas.ts';
import { ownerOf } from './owner.ts';
import type { Running } from './service.ts';

type SettingsService = Pick<Running, 'config' | 'definitions'> & { readonly webhookSender: WebhookSender };
type Asked = z.infer<typeof webhookRequestSchema>;

/** The settings of a new webhook. Throws InvalidId and InvalidRequest. */
export const webhookSettingsOf = (asked: Asked, service: SettingsService): WebhookSettings => ({
  url: allowedUrl(asked.url, service),
  filter: filterOf(asked.filter, service),
  description: asked.description ?? null,
});

/** What is to be changed, in the same form. */
export function changedSettingsOf(
  { url, ...asked }: z.infer<typeof webhookPatchSchema>,
  service: SettingsService,
): Partial<WebhookSettings> {
  return {
    ...(url !== undefined && { url: allowedUrl(url, service) }),
    ...('filter' in asked && { filter: filterOf(asked.filter, service) }),
    ...('description' in asked && { description: asked.description ?? null }),
  };
}

/** As URL parsers write it, so that what is stored is what is called. */
function allowedUrl(text: string, { webhookSender }: SettingsService): string {
  const problem = webhookSender.refusalOf(text);
  if (problem !== undefined) throw new InvalidRequest([{ path: 'url', message: problem }]);
  return new URL(text).href;
}

function filterOf(asked: Asked['filter'], { config, definitions }: SettingsService): WebhookFilter {
  const { kinds = null, types = null, collection = null, account = null } = asked ?? {};
  const unknown = kinds?.findIndex((kind) => !definitions.has(kind)) ?? -1;
  if (unknown !== -1)
    throw new InvalidRequest([{ path: `filter.kinds.${unknown}`, message: unknownKind(definitions) }]);
  return {
    kinds,
    types,
    collection: collection && resolveCollection(collection, config.collections, 'filter.collection').package,
    account: account && ownerOf(account, 'filter.account'),
  };
}
