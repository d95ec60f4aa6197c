import * as z from 'zod/mini';
import { isWebhookId } from '../lib/domain/webhook.ts';
import { http } from '../lib/runtime/http.ts';
import { fillPage, nextAfter, pageOf } from '../lib/runtime/page.ts';
import { jsonReply } from '../lib/runtime/reply.ts';
import { currentAnswer, webhookAnswer } from '../lib/runtime/webhook-answer.ts';
import { listWebhooks, webhookById } from '../lib/usecases/webhooks/list-webhooks.ts';

const place = z.string().check(z.refine(isWebhookId));

/** Gets one webhook, or a list of them: never their secrets. */
export const handler = http(async ({ parameters, query }, service) => {
  if (parameters.id !== undefined)
    return jsonReply(await currentAnswer(await webhookById(parameters.id, service), service));
  const { rows, last } = await fillPage(
    pageOf(query, 'webhooks', place),
    (page) => listWebhooks(page, service),
    webhookAnswer,
    ({ webhook }) => webhook.id,
  );
  return jsonReply({ items: rows, next: nextAfter(last, 'webhooks') });
});
