import * as z from 'zod/mini';
import { eventTypes } from '../../domain/domain-event.ts';
import { recordCauses } from '../../domain/record.ts';
import { component, described } from './described.ts';
import { anyObject, count, hash, listOf, object, oneOf, orNull, string, timestamp } from './fields.ts';
import { always, guarded, noStore, type Operation, refused } from './operation.ts';
import { changesFilter } from './parameters.ts';

const changeSchema = component(
  'ChangeEvent',
  'A change of a record, a conflict, a run or a stall: in the feed and on the event bus alike',
  z.strictObject({
    id: string('The id of the event: the same however often it comes'),
    cursor: string('Its place in the feed: `after` continues behind it'),
    type: oneOf(eventTypes, 'What happened'),
    at: timestamp('When it happened, ISO 8601 in UTC'),
    ref: orNull(
      object({ kind: string('The kind of the entity'), id: string('The canonical id of the entity') }, 'An entity'),
      'The entity that it is about; null: it is about none',
    ),
    collection: orNull(
      hash('A package hash'),
      'Package hash of the collection that the entity is of; null without one',
    ),
    accounts: listOf(
      z.string(),
      'The account of the id, the owner before and after, the initiator and both sides of the transfers of a transaction, as far as there are such; at most 1,000',
    ),
    block: orNull(
      object(
        {
          height: count('The height of the block'),
          hash: string('The hash of the block'),
          timestamp: z.optional(timestamp('The time of the block, ISO 8601 in UTC; left out for a submission')),
        },
        'A block',
      ),
      'The block of the change; null where it belongs to none',
    ),
    cause: orNull(oneOf(recordCauses, 'A cause'), 'What made the change of a record; null for all others'),
    sequence: orNull(count('A number'), 'Which change of the record it is, from 1; null for all others'),
    fields: listOf(z.string(), 'Names of the fields that changed, or that are in dispute'),
    detail: described(anyObject, 'What only events of this type have'),
  }),
);

const changesSchema = component(
  'Changes',
  'Events behind a cursor, in the order of the feed',
  z.strictObject({
    items: listOf(changeSchema, 'The events, oldest first'),
    next: string('The `after` of the next request; it moves also past events that the filter leaves out'),
    head: string('The newest place in the feed: where `next` is the same, nothing more is there yet'),
  }),
);

export const changeOperations: readonly Operation[] = [
  {
    operationId: 'listChanges',
    method: 'GET',
    path: '/v1/changes',
    audience: 'reader',
    function: 'list-changes',
    tag: 'Changes',
    summary: 'Follow all changes',
    description:
      'Every change of a record, conflict, run and stall, once, those of one subject in their order, from any cursor of the last 30 days on. ' +
      'Begin without `after`, read what you follow, and ask again with `next` for as long as you like; with `wait` the answer comes with the first event. Events say what changed, not the values: read these as usual. ' +
      'What no block writes (what the end of an era changes in a staking position and in the balance of its account, the end of a hold) becomes an event when the value is read next. ' +
      'Runs, and blocks that were passed unseen, are shown to auditors alone; a credential for some collections gets no event of others.',
    parameters: changesFilter,
    responses: {
      200: {
        description: 'The events; none where nothing has happened, or where the filter leaves out what was read.',
        schema: changesSchema,
      },
      410: refused(
        'The events behind the cursor are no longer kept (`cursor_gone`). Read what you follow again; `oldest` is the cursor from which everything is there.',
      ),
      ...guarded,
      ...always,
      400: refused(
        'The request is not valid, or `after` is a cursor of another feed: of another deployment, or of this one before it was restored from a backup. `errors` lists every fault.',
      ),
      ...noStore,
    },
  },
];
