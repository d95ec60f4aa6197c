import * as z from 'zod/mini';
import { component } from './described.ts';
import { count, orNull, pageCursor, string } from './fields.ts';
import { always, bodyRefused, guarded, noStoreOrChain, type Operation } from './operation.ts';
import { invalidationRequestSchema } from './requests.ts';

export const markerSchema = component(
  'InvalidationMarker',
  'Cached values of the kind whose id begins with the prefix, and which were read at or below the height, are read again',
  z.strictObject({
    kind: string('The kind of the entities: `asset`, `account`, `staking` or `transaction`'),
    prefix: string('The beginning of the ids; empty: all ids'),
    height: count('The block height through which values are read again'),
  }),
);

const invalidationResultSchema = component(
  'InvalidationResult',
  'What was invalidated',
  z.strictObject({
    marker: orNull(markerSchema, 'The marker for a kind or a collection; null for an owner'),
    renewed: count("How many of the owner's values were read again"),
    remaining: count("How many of the owner's values are still to be read again, with `next`"),
    next: pageCursor(),
    warmed: count('How many of the most requested values are being read again immediately'),
  }),
);

export const invalidationOperations: readonly Operation[] = [
  {
    operationId: 'invalidate',
    method: 'POST',
    path: '/v1/invalidations',
    audience: 'operator',
    function: 'invalidate',
    tag: 'Cache',
    summary: 'Invalidate cached values',
    description:
      'For a kind or a collection, everything that was read at or below the newest known block counts as a cache miss from now on. For an owner, its assets, its account and its staking position are read again from the chain, as many as time allows; `next` continues.',
    body: invalidationRequestSchema,
    responses: {
      202: { description: 'What was done, and what remains.', schema: invalidationResultSchema },
      ...bodyRefused,
      ...guarded,
      ...always,
      ...noStoreOrChain,
    },
  },
];
