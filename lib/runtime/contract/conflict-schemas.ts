import * as z from 'zod/mini';
import { ref, refMembers } from './answers.ts';
import { component, described } from './described.ts';
import { blockField } from './entities.ts';
import { anyFieldsOrNull, flag, hash, listOf, object, oneOf, orNull, pageCursor, string, timestamp } from './fields.ts';
import { readingProofSchema } from './proof-schema.ts';

const classes = [
  "`value`: the chain has another value at the record's own block",
  '`edited`: the stored row was changed outside this service',
  '`vanished`: the chain no longer has the entity',
  '`nodes-disagree`: nodes contradict each other at one block',
].join('; ');

const changes = (description: string) =>
  orNull(
    object(
      {
        before: anyFieldsOrNull('The fields before the change; null where there was no value'),
        after: anyFieldsOrNull('The fields after the change; null where there is no value'),
      },
      'A change of the record',
    ),
    description,
  );

const members = {
  id: hash(
    'The id of the conflict: a digest of the entity, the disputed fields, the block and the stored value, 64 hexadecimal digits',
  ),
  ref: ref('The entity whose record is in conflict'),
  class: oneOf(['value', 'edited', 'vanished', 'nodes-disagree'], `How the record and the chain differ. ${classes}`),
  status: oneOf(
    ['open', 'awaiting-review', 'resolved'],
    '`open`: the service resolves it; `awaiting-review`: a person decides; `resolved`: closed',
  ),
  fields: listOf(
    object(
      {
        field: string('The name of the field'),
        database: described(z.unknown(), 'The value of the field in the stored record'),
        chain: described(z.unknown(), 'The value of the field on the chain'),
        resolution: oneOf(
          ['chain-wins', 'review'],
          "`chain-wins`: the service may store the chain's value by itself; `review`: a person decides",
        ),
      },
      'A field in dispute',
    ),
    'The fields in dispute',
  ),
  block: blockField("The record's own block, at which the values are compared"),
  evidence: listOf(
    object(
      {
        node: string('The name of the node'),
        says: oneOf(
          ['chain', 'database', 'neither', 'nothing'],
          'Which value the node confirms; `neither`: it has a third one; `nothing`: it did not answer',
        ),
      },
      'The answer of one node',
    ),
    'What each node answered at this block',
  ),
  proof: orNull(
    readingProofSchema,
    "How far the chain's side is proved; null where nothing was read, and for conflicts of older versions",
  ),
  openedAt: timestamp('When the conflict was opened, ISO 8601 in UTC'),
  openedBy: orNull(
    z.string(),
    'The principal whose request opened it: a run, an invalidation or a refresh of an account. null: the service found it by itself, or for a reader',
  ),
  editedBy: listOf(
    z.string(),
    'The principals whose decision made or kept the disputed value, or who decided this conflict before or undid that',
  ),
  mayNotDecide: listOf(
    z.string(),
    'The principals who may neither decide the conflict nor undo its decision where the service requires four eyes (`ASTAKE_FOUR_EYES=on`)',
  ),
  owner: orNull(z.string(), 'Who decides; null unless the conflict awaits a review'),
  deadline: orNull(
    z.iso.datetime(),
    'The deadline for the decision, ISO 8601 in UTC; null unless the conflict awaits a review',
  ),
  resolvedAt: orNull(z.iso.datetime(), 'When the conflict was resolved, ISO 8601 in UTC; null before'),
  decision: orNull(
    object(
      {
        decision: oneOf(
          ['chain', 'database', 'dismiss'],
          "`chain`: the chain's value was stored; `database`: the stored value was kept; `dismiss`: closed without a decision about the values",
        ),
        by: z.optional(
          string(
            'Who decided: `service`, or who was authenticated: on AWS the ARN of the principal, locally the name of the key. Left out in decisions of older versions.',
          ),
        ),
        reviewer: string('The name that the request gave: a note'),
        note: orNull(z.string(), 'The reason; null where none was given'),
        at: timestamp('When the decision was made, ISO 8601 in UTC'),
      },
      'A decision',
    ),
    'The decision; null before one was made',
  ),
  explanation: string('The conflict in a sentence or two, for a person'),
};

export const conflictSchema = component(
  'Conflict',
  'A record that the chain contradicts: both values of each field, the block, and what each node answered',
  z.strictObject(members),
);

const unreadableSchema = component(
  'UnreadableConflict',
  'A conflict whose stored row was changed outside this service, so that it cannot be read',
  z.strictObject({
    id: string('The id of the conflict'),
    status: string('The status under which it is listed'),
    unreadable: described(z.literal(true), 'Always true'),
    explanation: string('What is wrong, for a person'),
  }),
);

export const conflictListSchema = component(
  'ConflictList',
  'A page of conflicts',
  z.strictObject({
    items: listOf(z.union([conflictSchema, unreadableSchema]), 'The conflicts, newest first'),
    next: pageCursor(),
  }),
);

export const decidedConflictSchema = component(
  'DecidedConflict',
  'A conflict after a decision, or as it would be after it',
  z.strictObject({
    ...members,
    dryRun: flag('true: nothing was changed'),
    changes: changes('The change of the record; null where the record stays as it is'),
  }),
);

export const resolvedConflictsSchema = component(
  'ResolvedConflicts',
  'What was done with each conflict, or would be',
  z.strictObject({
    dryRun: flag('true: nothing was changed'),
    items: listOf(
      z.union([
        object(
          {
            id: hash('The id of the conflict'),
            ref: orNull(z.strictObject(refMembers), 'The entity; null where the conflict no longer exists'),
            action: oneOf(
              ['take-chain', 'await-review', 'close', 'nothing'],
              "`take-chain`: the chain's value is stored; `await-review`: a person decides; `close`: the record and the chain no longer differ; `nothing`: no action is needed",
            ),
            reason: string('Why the service chose this action, in a sentence'),
            changes: changes('The change of the record; null where the record stays as it is'),
          },
          'What was done with a conflict',
        ),
        object(
          { id: hash('The id of the conflict'), error: string('Why the conflict could not be resolved') },
          'A conflict that could not be resolved',
        ),
      ]),
      'One item for each conflict of the page',
    ),
    next: pageCursor(),
  }),
);
