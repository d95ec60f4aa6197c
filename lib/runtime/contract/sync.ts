import * as z from 'zod/mini';
import { rewindBody } from '../requests.ts';
import { block } from './data.ts';
import { defect, guarded, invalid, noStore, type Operation, refused, tooLarge } from './outcomes.ts';

const whole = z.int().check(z.minimum(0));
const moment = z.iso.datetime();

export const tick = z.strictObject({
  at: moment,
  from: z.nullable(whole),
  to: z.nullable(whole),
  refreshed: whole,
  calls: whole,
  milliseconds: whole,
  stoppedBy: z.enum(['done', 'time', 'calls', 'busy', 'chain', 'reset', 'rules', 'overtaken', 'store', 'defect']),
  reason: z.nullable(z.string()),
  stuckAt: z.nullable(z.string()),
});

const report = {
  cursor: z.nullable(block),
  tip: z.nullable(z.strictObject({ ...block.shape, seenAt: moment })),
  lagBlocks: z.nullable(whole),
  lagSeconds: z.nullable(whole),
  stalled: z.nullable(z.strictObject({ since: moment, reason: z.string() })),
  lastTicks: z.array(tick),
};

export const syncReport = z.strictObject(report);
export const forcedTick = z.strictObject({ tick, ...report });
export const rewindRequest = rewindBody;

export const syncOperations: readonly Operation[] = [
  {
    operationId: 'getSync',
    method: 'get',
    path: '/v1/sync',
    summary: 'How far the chain has been followed, and how the latest ticks went',
    role: 'operator',
    parameters: [],
    responses: { 200: { description: 'Cursor, lag and ticks', schema: syncReport }, ...guarded, ...defect, ...noStore },
  },
  {
    operationId: 'forceSync',
    method: 'post',
    path: '/v1/sync',
    summary: 'Runs a tick now; one that is under way is named, not waited for',
    role: 'operator',
    parameters: [],
    responses: { 200: { description: 'The tick', schema: forcedTick }, ...guarded, ...defect, ...noStore },
  },
  {
    operationId: 'rewindSync',
    method: 'post',
    path: '/v1/sync/rewind',
    summary:
      'After the network has gone back (a hard reset): goes back to a block that it and this store have in common; what was ' +
      'read above it counts as never read',
    role: 'operator',
    parameters: [],
    body: rewindRequest,
    responses: {
      200: { description: 'Where sync goes on from', schema: syncReport },
      ...invalid,
      ...guarded,
      409: refused('Somebody else has gone back meanwhile'),
      ...tooLarge,
      ...defect,
      ...noStore,
    },
  },
];
