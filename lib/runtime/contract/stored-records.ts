import * as z from 'zod/mini';
import { ref } from './answers.ts';
import { component } from './described.ts';
import { blockField } from './entities.ts';
import { count, hash, listOf, object, orNull, string, timestamp } from './fields.ts';
import { always, guarded, noStore, type Operation, refused } from './operation.ts';
import { storedRecordQuery } from './parameters.ts';
import { readingProofSchema } from './proof-schema.ts';

const storedRecordSchema = component(
  'StoredRecord',
  'What is stored of an entity, apart from its value',
  z.strictObject({
    ref: ref('The entity'),
    block: blockField('The block at which the value was read'),
    sequence: count('How many values it has had'),
    digest: hash('SHA-256 of the stored value in its canonical form (RFC 8785)'),
    checkedAt: timestamp('When it was last compared with the chain, ISO 8601 in UTC'),
    trackedUntil: timestamp('Until when sync is sure to see what changes it, ISO 8601 in UTC'),
    validUntil: orNull(
      z.iso.datetime(),
      'Past this time of the chain it is known to hold through its own block only, ISO 8601 in UTC; null: there is no such time',
    ),
    proof: orNull(
      readingProofSchema,
      'How far the value was proved at `block`; null: an earlier version of the service has read it',
    ),
    dependsOn: object(
      {
        keys: listOf(
          z.string(),
          'The keys of the global state that were read, found or not: a write to one of them may change it',
        ),
        shared: listOf(
          z.strictObject({
            name: string('The name of the shared state'),
            height: count('The height of the block at which it was read'),
          }),
          'Shared state, as a rate or the layout of a contract, that others depend on too',
        ),
      },
      'What the value depends on',
    ),
    conflict: orNull(z.string(), 'The id of its unresolved conflict; null: there is none'),
  }),
);

export const storedRecordOperations: readonly Operation[] = [
  {
    operationId: 'getStoredRecord',
    method: 'GET',
    path: '/v1/records',
    audience: 'auditor',
    function: 'get-record',
    tag: 'Status',
    summary: 'Get what a record depends on',
    description:
      'Returns what is stored of one entity, apart from its value: the block at which it was read, when it was last compared with the chain, and every key of the global state that a change of it would write to. No node is called.',
    parameters: storedRecordQuery,
    responses: {
      200: { description: 'The record.', schema: storedRecordSchema },
      ...guarded,
      404: refused('There is no record of the entity.'),
      ...always,
      ...noStore,
    },
  },
];
