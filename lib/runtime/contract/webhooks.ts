import { always, bodyRefused, guarded, noStore, type Operation, refused } from './operation.ts';
import { page, webhookId } from './parameters.ts';
import {
  madeWebhookSchema,
  replaySchema,
  secretRotationSchema,
  testDeliverySchema,
  webhookListSchema,
  webhookPatchSchema,
  webhookRequestSchema,
  webhookSchema,
} from './webhook-schemas.ts';

const tag = 'Webhooks';
const unknown = { 404: refused('No webhook has this id.') };
const ended = {
  409: refused('The webhook is disabled, or its stored row was changed outside this service: nothing is sent to it.'),
};
const ofOne = { ...guarded, ...unknown, ...ended, ...always, ...noStore };
const operatorOf = { audience: 'operator', function: 'manage-webhooks', tag } as const;
const shown = 'The webhook.';

export const webhookOperations: readonly Operation[] = [
  {
    ...operatorOf,
    operationId: 'createWebhook',
    method: 'POST',
    path: '/v1/webhooks',
    summary: 'Make a webhook',
    description:
      'Makes a webhook, which is sent events from now on: each at least once, in order for each record, signed by the Standard Webhooks specification. The answer shows its secret, and nothing shows it again.',
    body: webhookRequestSchema,
    responses: {
      201: { description: 'The new webhook.', schema: madeWebhookSchema, headers: ['Location'] },
      ...bodyRefused,
      ...guarded,
      409: refused('There are as many webhooks as there may be.'),
      ...always,
      ...noStore,
    },
  },
  {
    operationId: 'listWebhooks',
    method: 'GET',
    path: '/v1/webhooks',
    audience: 'auditor',
    function: 'list-webhooks',
    tag,
    summary: 'List webhooks',
    description: 'Returns all webhooks and how far each is, newest first, disabled ones too. No secret is shown.',
    parameters: page,
    responses: {
      200: { description: 'A page of webhooks.', schema: webhookListSchema },
      ...guarded,
      ...always,
      ...noStore,
    },
  },
  {
    operationId: 'getWebhook',
    method: 'GET',
    path: '/v1/webhooks/{id}',
    audience: 'auditor',
    function: 'list-webhooks',
    tag,
    summary: 'Get one webhook',
    description: 'Returns a webhook, how far it is, and its last failure. Its secret is not shown.',
    parameters: [webhookId],
    responses: { 200: { description: shown, schema: webhookSchema }, ...ofOne },
  },
  {
    ...operatorOf,
    operationId: 'changeWebhook',
    method: 'PATCH',
    path: '/v1/webhooks/{id}',
    summary: 'Change a webhook',
    description:
      'Changes the URL, the filter or the description. Deliveries that have begun go on as they were; the next ones follow the change.',
    parameters: [webhookId],
    body: webhookPatchSchema,
    responses: { 200: { description: shown, schema: webhookSchema }, ...bodyRefused, ...ofOne },
  },
  {
    ...operatorOf,
    operationId: 'disableWebhook',
    method: 'DELETE',
    path: '/v1/webhooks/{id}',
    summary: 'Disable a webhook',
    description: 'Ends a webhook for good. One that is disabled already stays as it is.',
    parameters: [webhookId],
    responses: { 200: { description: 'The disabled webhook.', schema: webhookSchema }, ...ofOne },
  },
  {
    ...operatorOf,
    operationId: 'pauseWebhook',
    method: 'POST',
    path: '/v1/webhooks/{id}/pause',
    summary: 'Pause a webhook',
    description:
      'Sends nothing until the webhook is resumed. What happens meanwhile is sent then, up to 30 days of it.',
    parameters: [webhookId],
    responses: { 200: { description: shown, schema: webhookSchema }, ...ofOne },
  },
  {
    ...operatorOf,
    operationId: 'resumeWebhook',
    method: 'POST',
    path: '/v1/webhooks/{id}/resume',
    summary: 'Resume a webhook',
    description:
      'Goes on where the webhook was paused, by an operator or after failures. A webhook that only waits for its next attempt is tried at once.',
    parameters: [webhookId],
    responses: { 200: { description: shown, schema: webhookSchema }, ...ofOne },
  },
  {
    ...operatorOf,
    operationId: 'replayWebhook',
    method: 'POST',
    path: '/v1/webhooks/{id}/replay',
    summary: 'Send events again, or pass some over',
    description:
      'Sets the place in the log of changes from which the webhook goes on: back, to be sent events again, or forward, to pass over events that its receiver never takes.',
    parameters: [webhookId],
    body: replaySchema,
    responses: { 200: { description: shown, schema: webhookSchema }, ...bodyRefused, ...ofOne },
  },
  {
    ...operatorOf,
    operationId: 'rotateWebhookSecret',
    method: 'POST',
    path: '/v1/webhooks/{id}/rotate',
    summary: 'Replace the secret of a webhook',
    description:
      'Makes a new secret. Until the overlap ends, each delivery has a signature by both. The answer shows the new secret, and nothing shows it again.',
    parameters: [webhookId],
    body: secretRotationSchema,
    mayLackBody: true,
    responses: {
      200: { description: 'The webhook with its new secret.', schema: madeWebhookSchema },
      ...bodyRefused,
      ...ofOne,
    },
  },
  {
    ...operatorOf,
    operationId: 'testWebhook',
    method: 'POST',
    path: '/v1/webhooks/{id}/test',
    summary: 'Send a test',
    description:
      'Sends one event of the type `WebhookTest`, signed as all others, and says what became of it. It counts for nothing else.',
    parameters: [webhookId],
    responses: { 200: { description: 'What became of it.', schema: testDeliverySchema }, ...ofOne },
  },
];
