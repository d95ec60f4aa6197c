import * as z from 'zod/mini';
import { eventTypes } from '../../domain/domain-event.ts';
import { isPrintable } from '../../domain/printable.ts';
import { longestWebhookUrl } from '../../domain/webhook-url.ts';
import { component, described } from './described.ts';
import { count, listOf, object, oneOf, orNull, pageCursor, string, timestamp } from './fields.ts';
import { kindNames } from './kinds.ts';

const isText = z.refine<string>(isPrintable, 'must be printable text');
const distinct = z.refine<readonly string[]>(
  (items) => new Set(items).size === items.length,
  'must not repeat an item',
);
const url = z.string().check(z.minLength(1), z.maxLength(longestWebhookUrl), isText);
const description = z.string().check(z.minLength(1), z.maxLength(2_000), isText);
const name = z.string().check(z.minLength(1), z.maxLength(100));
const eventType = oneOf(eventTypes, 'A type of event');

const filterRequest = z.strictObject({
  kinds: z.optional(
    orNull(
      z.array(name).check(z.minLength(1), z.maxLength(10), distinct),
      `Only events about entities of these kinds (${kindNames}). Left out or null: of every kind, and those about none.`,
    ),
  ),
  types: z.optional(
    orNull(
      z.array(eventType).check(z.minLength(1), distinct),
      'Only events of these types. Left out or null: of every type.',
    ),
  ),
  collection: z.optional(
    orNull(name, 'Only events about this collection: its alias, or the hash of its contract package'),
  ),
  account: z.optional(
    orNull(
      z.string().check(z.minLength(1), z.maxLength(100)),
      'Only events about this account, by its public key or its account hash with the prefix, or about another owner of tokens as answers show it',
    ),
  ),
});

const requestMembers = {
  url: described(
    url,
    'Where events are sent: an https URL whose host has only addresses of the public internet. No redirect is followed.',
  ),
  filter: z.optional(
    orNull(filterRequest, 'Which events are sent: those that fit all of it. Left out or null: every event.'),
  ),
  description: z.optional(orNull(description, 'For other operators: up to 2,000 characters')),
};

export const webhookRequestSchema = component(
  'WebhookRequest',
  'A webhook that is to be made',
  z.strictObject(requestMembers),
);

export const webhookPatchSchema = component(
  'WebhookPatch',
  'What is to be changed of a webhook: at least one member. A member that is left out stays as it is.',
  z
    .strictObject({ ...requestMembers, url: z.optional(requestMembers.url) })
    .check(z.refine((asked) => Object.keys(asked).length > 0, 'must change something')),
);

export const secretRotationSchema = component(
  'WebhookSecretRotation',
  'How the secret of a webhook is replaced',
  z.strictObject({
    overlapSeconds: z.optional(
      described(
        z.int().check(z.minimum(0), z.maximum(2_592_000)),
        'For how many seconds the old secret also signs. Left out: a day. 0: it ends at once.',
      ),
    ),
  }),
);

export const replaySchema = component(
  'WebhookReplay',
  'From where a webhook is sent events again',
  z.strictObject({
    after: described(
      z.string().check(z.minLength(1), z.maxLength(64)),
      'As `after` of `GET /v1/changes`: a `cursor` of an event or a `next` of the feed, behind which the events are sent; `start` (or `0`): from the oldest that is kept; `now`: none that is in the log.',
    ),
  }),
);

const problem = oneOf(
  ['address_refused', 'host_unknown', 'unreachable', 'timed_out', 'redirected', 'status', 'answer_too_large'],
  'Why it failed: `address_refused`: the URL is not allowed, or its host has an address that is not public; `host_unknown`: the name has no address; `unreachable`: no answer that can be read; `timed_out`: no whole answer within five seconds; `redirected`; `status`: neither 2xx nor 3xx; `answer_too_large`: more than 64 KB',
);

const outcome = {
  status: orNull(z.int(), 'The HTTP status of the answer; null: there was none that counts'),
  errorCode: orNull(
    z.string(),
    'The fault of the connection, as Node.js names it: `ECONNREFUSED`; null: there was none',
  ),
};

const filterSchema = object(
  {
    kinds: orNull(z.array(z.string()), 'Only events about entities of these kinds; null: all events'),
    types: orNull(z.array(z.string()), 'Only events of these types; null: of all types'),
    collection: orNull(z.string(), 'Only events about the collection with this package hash; null: all events'),
    account: orNull(z.string(), 'Only events about this account or other owner of tokens; null: all events'),
  },
  'Which events are sent: those that fit all of it',
);

const deliverySchema = object(
  {
    cursor: string(
      'The place in the log of changes: everything through here was delivered, or is not for this webhook',
    ),
    delivered: count('How many events the receiver has taken, repeated ones included'),
    lastDeliveredAt: orNull(z.iso.datetime(), 'When it took the last one, ISO 8601 in UTC; null: it took none'),
    failures: count('Failed deliveries in a row'),
    failingSince: orNull(z.iso.datetime(), 'When the first of these was, ISO 8601 in UTC; null: there is none'),
    nextAttemptAt: orNull(z.iso.datetime(), 'Not before then is it tried again, ISO 8601 in UTC; null: at once'),
    lastFailure: orNull(
      z.strictObject({
        at: timestamp('When it failed, ISO 8601 in UTC'),
        event: string('The id of the event'),
        problem,
        ...outcome,
      }),
      'The last failed delivery; null: there was none since it was made, resumed or replayed',
    ),
  },
  'How far it is',
);

const members = {
  id: string('The id of the webhook'),
  url: string('Where events are sent'),
  filter: filterSchema,
  description: orNull(z.string(), 'The description that was given; null: none was'),
  status: oneOf(
    ['active', 'paused', 'disabled'],
    '`active`: events are sent; `paused`: none until it is resumed; `disabled`: none any more',
  ),
  reason: orNull(
    oneOf(['operator', 'failures', 'gone', 'expired'], 'The reason'),
    'Why it is not active: an operator; `failures`: every delivery failed for too long; `gone`: the receiver answered 410; `expired`: its place is no longer in the log of changes. null: it is active.',
  ),
  since: timestamp('Since when it has this status, ISO 8601 in UTC'),
  createdAt: timestamp('When it was made, ISO 8601 in UTC'),
  createdBy: string('The authenticated principal who made it'),
  rotatedAt: orNull(z.iso.datetime(), 'When its secret was replaced last, ISO 8601 in UTC; null: it was not'),
  delivery: deliverySchema,
};

export const webhookSchema = component('Webhook', 'A webhook, without its secret', z.strictObject(members));

const unreadableSchema = component(
  'UnreadableWebhook',
  'A webhook whose stored row was changed outside this service. Nothing is sent to it.',
  z.strictObject({
    id: string('The id of the webhook'),
    status: oneOf(['disabled'], 'Always `disabled`'),
    unreadable: described(z.literal(true), 'Always true'),
  }),
);

export const madeWebhookSchema = component(
  'MadeWebhook',
  'A webhook with its new secret, which is shown this once: it cannot be read again.',
  z.strictObject({
    ...members,
    secret: string(
      'The secret: `whsec_` and 32 bytes in base64. With it the receiver checks signatures, by the Standard Webhooks specification.',
    ),
  }),
);

export const webhookListSchema = component(
  'WebhookList',
  'A page of webhooks',
  z.strictObject({
    items: listOf(z.union([webhookSchema, unreadableSchema]), 'The webhooks, newest first'),
    next: pageCursor(),
  }),
);

export const testDeliverySchema = component(
  'WebhookTestDelivery',
  'What became of a test delivery',
  z.strictObject({
    delivered: described(z.boolean(), 'Whether the receiver has taken it: the whole answer was read, and is 2xx'),
    problem: orNull(problem, 'Why it was not taken; null: it was'),
    ...outcome,
    milliseconds: count('How long it took'),
  }),
);
