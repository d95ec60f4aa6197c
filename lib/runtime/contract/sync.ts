import * as z from 'zod/mini';
import { component, described } from './described.ts';
import { count, hash, listOf, object, oneOf, orNull, timestamp } from './fields.ts';
import { reconcileFromOrNull, stalledOrNull, syncMembers } from './figures.ts';
import { always, bodyRefused, guarded, noStore, type Operation, refused, refusedOrLater } from './operation.ts';
import { forceSyncRequestSchema, rewindRequestSchema } from './requests.ts';

/** Why a tick ended. The value `rules` of the API stands for the logic version. */
const stops = {
  done: 'it reached the newest block',
  time: 'it reached its time limit',
  calls: 'it reached its limit of requests to nodes',
  busy: 'another process was running a tick',
  chain: 'no node could answer, or no node had the block yet',
  reset: 'the chain no longer has the last block that sync has applied',
  rules: 'a newer version of the service has taken over',
  overtaken: 'another process advanced sync first',
  store: 'the store could not be used',
  defect: 'a defect of the service',
};

const tickSchema = component(
  'Tick',
  'One run of sync',
  z.strictObject({
    at: timestamp('When the tick began, ISO 8601 in UTC'),
    from: orNull(count('A height'), 'The height of the first block that was applied; null where there was none'),
    to: orNull(count('A height'), 'The height of the last block that was applied; null where there was none'),
    unseen: listOf(
      count('A height'),
      'The heights of blocks among them that could not be read and were passed: what they wrote is not known',
    ),
    refreshed: count('How many records were read again or put into the cache again'),
    calls: count('JSON-RPC requests to nodes'),
    milliseconds: count('How long the tick took, in milliseconds'),
    stoppedBy: oneOf(
      ['done', 'time', 'calls', 'busy', 'chain', 'reset', 'rules', 'overtaken', 'store', 'defect'],
      `Why the tick ended: ${Object.entries(stops)
        .map(([name, why]) => `\`${name}\` ${why}`)
        .join('; ')}`,
    ),
    reason: orNull(z.string(), 'Why the tick did not reach the newest block; null where it did'),
    // The member of the API keeps its name `stuckAt`.
    stuckAt: orNull(
      z.string(),
      'What could not be read and ended the tick: a record, `kind#id`, or a block, `block#height`; null without one',
    ),
  }),
);
export const ticks = () => listOf(tickSchema, 'The latest ticks, newest first');

const members = {
  ...syncMembers,
  stalled: stalledOrNull(),
  reconcileFrom: reconcileFromOrNull(),
  commonBlock: orNull(
    object(
      { height: count('Its height: what `POST /v1/sync/rewind` takes'), hash: hash('Its hash') },
      'A block of both histories',
    ),
    'After a hard reset of the network, until sync is set back: the highest block that is known to be of both histories; null where there was no reset, or no such block is known',
  ),
  lastTicks: ticks(),
};

const syncReportSchema = component('SyncReport', 'The progress of sync', z.strictObject(members));

const forcedTickSchema = component(
  'ForcedTick',
  'A tick that an operator started, and the progress of sync after it',
  z.strictObject({ tick: described(tickSchema, 'What the tick that this request started has done'), ...members }),
);

const tag = 'Sync';
const audience = 'operator';

export const syncOperations: readonly Operation[] = [
  {
    operationId: 'getSync',
    method: 'GET',
    path: '/v1/sync',
    audience: 'auditor',
    function: 'get-sync',
    tag,
    summary: 'Get the progress of sync',
    description:
      'Returns the last block that sync has applied, the lag behind the chain, and the latest ticks. No node is called.',
    responses: {
      200: { description: 'The progress of sync.', schema: syncReportSchema },
      ...guarded,
      ...always,
      ...noStore,
    },
  },
  {
    operationId: 'forceSync',
    method: 'POST',
    path: '/v1/sync',
    audience,
    function: 'force-sync',
    tag,
    summary: 'Run one tick of sync now',
    description:
      'Applies new blocks now, and answers when the tick has ended. While another process runs a tick, the answer says `busy` at once. With `passBlock`, sync passes the block at which it stands without having read it.',
    body: forceSyncRequestSchema,
    mayLackBody: true,
    responses: {
      200: { description: 'The tick.', schema: forcedTickSchema },
      ...bodyRefused,
      ...guarded,
      409: refusedOrLater('Sync does not stand at the block that it is to pass, or another process runs a tick.'),
      ...always,
      ...noStore,
    },
  },
  {
    operationId: 'rewindSync',
    method: 'POST',
    path: '/v1/sync/rewind',
    audience,
    function: 'rewind-sync',
    tag,
    summary: 'Rewind sync after a hard reset of the network',
    description:
      'Sets sync back to a block that the network and the store have in common. Everything that was read above this block is read again.',
    body: rewindRequestSchema,
    responses: {
      200: { description: 'Where sync continues.', schema: syncReportSchema },
      ...bodyRefused,
      ...guarded,
      409: refused('Sync was rewound in the meantime.'),
      ...always,
      ...noStore,
    },
  },
];
