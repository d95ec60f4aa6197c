import * as z from 'zod/mini';
import { conflictDecision, conflictResolution, conflictUndo } from '../requests.ts';
import { block } from './data.ts';
import { defect, guarded, invalid, later, noStore, type Operation, refused, tooLarge } from './outcomes.ts';
import { conflictStatus, dryRun, page, pathParameters } from './parameters.ts';

const moment = z.iso.datetime();
const someFields = z.nullable(z.record(z.string(), z.unknown()));
const changes = z.nullable(z.strictObject({ before: someFields, after: someFields }));

const members = {
  id: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  ref: z.strictObject({ kind: z.string(), id: z.string() }),
  class: z.enum(['value', 'edited', 'vanished', 'nodes-disagree']),
  status: z.enum(['open', 'awaiting-review', 'resolved']),
  fields: z.array(
    z.strictObject({
      field: z.string(),
      database: z.unknown(),
      chain: z.unknown(),
      resolution: z.enum(['chain-wins', 'review']),
    }),
  ),
  block,
  evidence: z.array(z.strictObject({ node: z.string(), says: z.enum(['chain', 'database', 'neither', 'nothing']) })),
  openedAt: moment,
  owner: z.nullable(z.string()),
  deadline: z.nullable(moment),
  resolvedAt: z.nullable(moment),
  decision: z.nullable(
    z.strictObject({
      decision: z.enum(['chain', 'database', 'dismiss']),
      reviewer: z.string(),
      note: z.nullable(z.string()),
      at: moment,
    }),
  ),
  explanation: z.string(),
};

/** A record that the chain contradicts: both values by field, the block, and what each node that was asked says. */
export const conflict = z.strictObject(members);

export const conflictList = z.strictObject({ items: z.array(conflict), next: z.nullable(z.string()) });

/** The conflict as it is now, or would be, and what of the record is changed. */
export const decidedConflict = z.strictObject({ ...members, dryRun: z.boolean(), changes });

export const conflictDecisionRequest = conflictDecision;
export const conflictUndoRequest = conflictUndo;
export const conflictResolutionRequest = conflictResolution;

export const resolvedConflicts = z.strictObject({
  dryRun: z.boolean(),
  items: z.array(
    z.union([
      z.strictObject({
        id: members.id,
        ref: z.nullable(members.ref),
        action: z.enum(['take-chain', 'await-review', 'close', 'nothing']),
        reason: z.string(),
        changes,
      }),
      z.strictObject({ id: members.id, error: z.string() }),
    ]),
  ),
  next: z.nullable(z.string()),
});

const path = '/v1/conflicts';
const unknown = { 404: refused('There is no such conflict') };
const unavailable = { 503: later('The store, or the chain, cannot be reached') };

export const conflictOperations: readonly Operation[] = [
  {
    operationId: 'listConflicts',
    method: 'get',
    path,
    summary: 'Conflicts of a status, newest first; without one, those that are not resolved',
    role: 'operator',
    parameters: [conflictStatus, ...page],
    responses: {
      200: { description: 'Conflicts', schema: conflictList },
      ...invalid,
      ...guarded,
      ...defect,
      ...noStore,
    },
  },
  {
    operationId: 'getConflict',
    method: 'get',
    path: `${path}/{id}`,
    summary: 'One conflict, with its evidence',
    role: 'operator',
    parameters: pathParameters(`${path}/{id}`, 'A conflict'),
    responses: {
      200: { description: 'The conflict', schema: conflict },
      ...guarded,
      ...unknown,
      ...defect,
      ...noStore,
    },
  },
  {
    operationId: 'decideConflict',
    method: 'post',
    path: `${path}/{id}/decision`,
    summary:
      'A person decides: the value of the chain is stored, or the stored one is kept until either of the two changes',
    role: 'operator',
    parameters: [...pathParameters(`${path}/{id}/decision`, 'A conflict'), dryRun],
    body: conflictDecisionRequest,
    responses: {
      200: { description: 'The conflict as it is now, or with `dryRun` would be', schema: decidedConflict },
      ...invalid,
      ...guarded,
      ...unknown,
      409: refused('It is decided already, or the record is another one by now'),
      ...tooLarge,
      ...defect,
      ...unavailable,
    },
  },
  {
    operationId: 'undoConflictDecision',
    method: 'post',
    path: `${path}/{id}/undo`,
    summary: 'Takes a decision back: the conflict awaits a review again, and no value is restored',
    role: 'operator',
    parameters: pathParameters(`${path}/{id}/undo`, 'A conflict'),
    body: conflictUndoRequest,
    mayLackBody: true,
    responses: {
      200: { description: 'The conflict as it is now', schema: conflict },
      ...invalid,
      ...guarded,
      ...unknown,
      409: refused('There is no decision to take back'),
      ...tooLarge,
      ...defect,
      ...noStore,
    },
  },
  {
    operationId: 'resolveConflicts',
    method: 'post',
    path: `${path}/resolve`,
    summary: 'Resolves every conflict that needs no person, a page of them at a time',
    role: 'operator',
    parameters: [dryRun, ...page],
    body: conflictResolutionRequest,
    mayLackBody: true,
    responses: {
      200: { description: 'What was, or with `dryRun` would be, done with each', schema: resolvedConflicts },
      ...invalid,
      ...guarded,
      ...tooLarge,
      ...defect,
      ...unavailable,
    },
  },
];
