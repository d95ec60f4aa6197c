import { always, bodyRefused, guarded, noStore, type Operation, refused } from './operation.ts';
import { dryRun, page, reportFormat, runId } from './parameters.ts';
import {
  reconciliationListSchema,
  reconciliationReportSchema,
  reconciliationRunSchema,
  reportLinkSchema,
} from './reconciliation-schemas.ts';
import { reconciliationRequestSchema } from './requests.ts';

const tag = 'Reconciliation';
const audience = 'operator';
const unknown = { 404: refused('The id is unknown.') };

export const reconciliationOperations: readonly Operation[] = [
  {
    operationId: 'startReconciliation',
    method: 'POST',
    path: '/v1/reconciliations',
    audience,
    function: 'start-reconciliation',
    tag,
    summary: 'Start a run of reconciliation',
    description:
      'Compares records with the chain: all of them, or those of a kind, a collection or an owner. Corrects the records that differ. The answer does not wait for the run: `Location` is the address of its report.',
    parameters: [dryRun],
    body: reconciliationRequestSchema,
    mayLackBody: true,
    responses: {
      202: { description: 'The run has started.', schema: reconciliationRunSchema, headers: ['Location'] },
      ...bodyRefused,
      ...guarded,
      409: refused('Another run is in progress; `detail` names it.'),
      ...always,
      ...noStore,
    },
  },
  {
    operationId: 'listReconciliations',
    method: 'GET',
    path: '/v1/reconciliations',
    audience: 'auditor',
    function: 'get-reconciliation',
    tag,
    summary: 'List runs of reconciliation',
    description: 'Returns the runs, newest first, without their findings.',
    parameters: page,
    responses: {
      200: { description: 'A page of runs.', schema: reconciliationListSchema },
      ...guarded,
      ...always,
      ...noStore,
    },
  },
  {
    operationId: 'getReconciliation',
    method: 'GET',
    path: '/v1/reconciliations/{id}',
    audience: 'auditor',
    function: 'get-reconciliation',
    tag,
    summary: 'Get the report of a run',
    description:
      'Returns the progress of a run, its findings by kind and by check, and recommendations: as JSON, or as a page for a person.',
    parameters: [runId, reportFormat],
    responses: {
      200: { description: 'The report.', schema: reconciliationReportSchema, orAs: ['text/html'] },
      ...guarded,
      ...unknown,
      ...always,
      ...noStore,
    },
  },
  {
    operationId: 'linkReconciliation',
    method: 'POST',
    path: '/v1/reconciliations/{id}/link',
    audience: 'auditor',
    function: 'link-report',
    tag,
    summary: 'Make a link to the report of a run',
    description:
      'Returns the path of a page with the report, for a browser, which sends no credential. The link opens the page once, within a minute.',
    parameters: [runId],
    responses: {
      201: { description: 'The link.', schema: reportLinkSchema },
      ...guarded,
      ...unknown,
      ...always,
      ...noStore,
    },
  },
  {
    operationId: 'cancelReconciliation',
    method: 'POST',
    path: '/v1/reconciliations/{id}/cancel',
    audience,
    function: 'start-reconciliation',
    tag,
    summary: 'Cancel a run of reconciliation',
    description: 'Ends a run. Its findings and corrections so far stay.',
    parameters: [runId],
    responses: {
      200: { description: 'The run, cancelled.', schema: reconciliationRunSchema },
      ...guarded,
      ...unknown,
      409: refused('The run has already ended.'),
      ...always,
      ...noStore,
    },
  },
];
