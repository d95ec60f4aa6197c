import * as z from 'zod/mini';
import { reconciliationStart } from '../requests.ts';
import { block } from './data.ts';
import { defect, guarded, invalid, noStore, type Operation, refused, tooLarge } from './outcomes.ts';
import { dryRun, page, pageFormat, pathParameters } from './parameters.ts';
import { coverage } from './running.ts';

const whole = z.int().check(z.minimum(0));
const moment = z.iso.datetime();
const text = z.string();
const finding = z.enum(['match', 'behind', 'missed', 'conflict', 'unverifiable', 'skipped']);

const scope = z.union([
  z.strictObject({ of: z.literal('all') }),
  z.strictObject({ of: z.literal('kind'), kind: text }),
  z.strictObject({ of: z.literal('collection'), kind: text, collection: text }),
  z.strictObject({ of: z.literal('owner'), owner: text }),
]);

const counts = z.strictObject({
  match: whole,
  behind: whole,
  missed: whole,
  conflict: whole,
  unverifiable: whole,
  skipped: whole,
  fixed: whole,
  review: whole,
});

const members = {
  id: text,
  scope,
  dryRun: z.boolean(),
  startedBy: z.enum(['schedule', 'operator']),
  status: z.enum(['running', 'finished', 'cancelled', 'interrupted']),
  startedAt: moment,
  finishedAt: z.nullable(moment),
  block: z.nullable(block),
  reason: z.nullable(text),
  callsAllowed: whole,
  milliseconds: whole,
  coverage,
};

/** `block`: all records are compared there; `coverage`: of the whole store, when it had ended. */
export const reconciliationRun = z.strictObject(members);

export const reconciliationList = z.strictObject({
  items: z.array(reconciliationRun),
  next: z.nullable(text),
});

/** A run with what was found: all of it once it is `finished`, else what was compared until now. */
export const reconciliationReport = z.strictObject({
  ...members,
  progress: z.strictObject({ shards: whole, done: whole }),
  records: whole,
  unreached: whole,
  counts,
  byKind: z.record(text, counts),
  byCheck: z.record(text, z.strictObject({ passed: whole, failed: whole, untold: whole })),
  samples: z.array(
    z.strictObject({
      ref: z.strictObject({ kind: text, id: text }),
      finding,
      problems: z.array(z.strictObject({ check: text, problem: text })),
      outcome: z.nullable(z.enum(['fixed', 'would-fix', 'review', 'unfixed'])),
      height: whole,
      through: whole,
      conflict: z.nullable(text),
    }),
  ),
  calls: whole,
  workMilliseconds: whole,
  recommendations: z.array(text),
});

export const reconciliationRequest = reconciliationStart;

const path = '/v1/reconciliations';
const unknown = { 404: refused('There is no such run') };

export const reconciliationOperations: readonly Operation[] = [
  {
    operationId: 'startReconciliation',
    method: 'post',
    path,
    summary:
      'Holds every record against the chain, or those of a kind, a collection or an owner; what is found is put right, or with ' +
      '`dryRun` only told. The answer does not wait for it',
    role: 'operator',
    parameters: [dryRun],
    body: reconciliationRequest,
    mayLackBody: true,
    responses: {
      202: { description: 'The run', schema: reconciliationRun, headers: ['Location'] },
      ...invalid,
      ...guarded,
      409: refused('Another run is at work; it is named'),
      ...tooLarge,
      ...defect,
      ...noStore,
    },
  },
  {
    operationId: 'listReconciliations',
    method: 'get',
    path,
    summary: 'Runs, newest first, without what they found',
    role: 'operator',
    parameters: page,
    responses: {
      200: { description: 'Runs', schema: reconciliationList },
      ...invalid,
      ...guarded,
      ...defect,
      ...noStore,
    },
  },
  {
    operationId: 'getReconciliation',
    method: 'get',
    path: `${path}/{id}`,
    summary: 'One run: how far it is, what it has found by kind and by check, and what is to be done',
    role: 'operator',
    parameters: [...pathParameters(`${path}/{id}`, 'A run'), pageFormat],
    responses: {
      200: { description: 'The report', schema: reconciliationReport, orAs: 'text/html' },
      ...invalid,
      ...guarded,
      ...unknown,
      ...defect,
      ...noStore,
    },
  },
  {
    operationId: 'cancelReconciliation',
    method: 'post',
    path: `${path}/{id}/cancel`,
    summary: 'Ends a run where it is: what was found, and what was put right, stays',
    role: 'operator',
    parameters: pathParameters(`${path}/{id}/cancel`, 'A run'),
    responses: {
      200: { description: 'The run as it is now', schema: reconciliationRun },
      ...invalid,
      ...guarded,
      ...unknown,
      409: refused('It has ended before'),
      ...defect,
      ...noStore,
    },
  },
];
