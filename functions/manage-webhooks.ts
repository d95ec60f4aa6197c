import { randomBytes } from 'node:crypto';
import type { StoredWebhook } from '../lib/domain/webhook.ts';
import { refuseWiderWebhook } from '../lib/runtime/access/admit.ts';
import {
  replaySchema,
  secretRotationSchema,
  webhookPatchSchema,
  webhookRequestSchema,
} from '../lib/runtime/contract/webhook-schemas.ts';
import { http, type Request } from '../lib/runtime/http.ts';
import { parse } from '../lib/runtime/parse.ts';
import { jsonReply, type Reply } from '../lib/runtime/reply.ts';
import type { Running } from '../lib/runtime/service.ts';
import { answerWithSecret, currentAnswer } from '../lib/runtime/webhook-answer.ts';
import { changedSettingsOf, webhookSettingsOf } from '../lib/runtime/webhook-request.ts';
import { dispatchNow } from '../lib/runtime/webhook-runner.ts';
import { withSender } from '../lib/runtime/webhooks/with-sender.ts';
import {
  changeWebhook,
  disableWebhook,
  pauseWebhook,
  resumeWebhook,
  rotateWebhookSecret,
} from '../lib/usecases/webhooks/change-webhook.ts';
import { createWebhook, type WebhookMaker } from '../lib/usecases/webhooks/create-webhook.ts';
import { webhookById } from '../lib/usecases/webhooks/list-webhooks.ts';
import { replayWebhook } from '../lib/usecases/webhooks/replay-webhook.ts';
import { testWebhook } from '../lib/usecases/webhooks/test-webhook.ts';

const maxBodyBytes = 16 * 1024;
const daySeconds = 86_400;

async function create(request: Request, service: Running): Promise<Reply> {
  const settings = webhookSettingsOf(parse(webhookRequestSchema, request.json(maxBodyBytes)), withSender(service));
  refuseWiderWebhook(request.principal, settings.filter.collection);
  const made = await createWebhook(settings, makerOf(request), service);
  return jsonReply(await answerWithSecret(made, service), 201, { location: `/v1/webhooks/${made.webhook.id}` });
}

async function change(request: Request, service: Running): Promise<Reply> {
  const settings = changedSettingsOf(parse(webhookPatchSchema, request.json(maxBodyBytes)), withSender(service));
  if (settings.filter !== undefined) refuseWiderWebhook(request.principal, settings.filter.collection);
  return shown(await changeWebhook(idOf(request), settings, makerOf(request), service), service);
}

async function rotate(request: Request, service: Running): Promise<Reply> {
  const asked = parse(secretRotationSchema, request.hasBody ? request.json(maxBodyBytes) : {});
  const rotation = { overlapSeconds: asked.overlapSeconds ?? daySeconds };
  const made = await rotateWebhookSecret(idOf(request), rotation, makerOf(request), service);
  return jsonReply(await answerWithSecret(made, service));
}

async function replay(request: Request, service: Running): Promise<Reply> {
  const { after } = parse(replaySchema, request.json(maxBodyBytes));
  return sending(await replayWebhook(idOf(request), after, makerOf(request), service), service);
}

/** The answer about a webhook that has something to be sent now. */
async function sending(webhook: StoredWebhook, service: Running): Promise<Reply> {
  const reply = await shown(webhook, service);
  await dispatchNow(service);
  return reply;
}

const shown = async (webhook: StoredWebhook, service: Running): Promise<Reply> =>
  jsonReply(await currentAnswer(webhook, service));

const makerOf = ({ principal }: Request): WebhookMaker => ({
  actor: principal.name,
  random: (bytes) => randomBytes(bytes),
  // Rule ACCESS-6: who may use some collections changes no webhook that is sent events of others.
  refuse: ({ filter }) => refuseWiderWebhook(principal, filter.collection),
});

const idOf = ({ parameters }: Request): string => parameters.id ?? '';

/** By the end of the route. */
const actions: Readonly<Record<string, (request: Request, service: Running) => Promise<Reply>>> = {
  pause: async (request, service) => shown(await pauseWebhook(idOf(request), makerOf(request), service), service),
  resume: async (request, service) => sending(await resumeWebhook(idOf(request), makerOf(request), service), service),
  replay,
  rotate,
  test: async (request, service) => jsonReply(await testWebhook(idOf(request), withSender(service))),
};

/** Makes, changes, tests or ends a webhook for an operator. */
export const handler = http(async (request, service) => {
  if (request.route === 'POST /v1/webhooks') return create(request, service);
  // Before anything else is said of it; the change asks again, of the row that it changes.
  refuseWiderWebhook(request.principal, (await webhookById(idOf(request), service)).filter.collection);
  if (request.method === 'PATCH') return change(request, service);
  if (request.method === 'DELETE')
    return shown(await disableWebhook(idOf(request), makerOf(request), service), service);
  return actions[request.route.split('/').at(-1) ?? '']?.(request, service) as Promise<Reply>;
});
