import {
  conflictListSchema,
  conflictSchema,
  decidedConflictSchema,
  resolvedConflictsSchema,
} from './conflict-schemas.ts';
import { always, bodyRefused, guarded, noStore, noStoreOrChain, type Operation, refused } from './operation.ts';
import { conflictId, conflictStatus, dryRun, page } from './parameters.ts';
import {
  conflictDecisionRequestSchema,
  conflictResolutionRequestSchema,
  conflictUndoRequestSchema,
} from './requests.ts';

const tag = 'Conflicts';
const audience = 'operator';
const unknown = { 404: refused('The id is unknown.') };

export const conflictOperations: readonly Operation[] = [
  {
    operationId: 'listConflicts',
    method: 'GET',
    path: '/v1/conflicts',
    audience: 'auditor',
    function: 'list-conflicts',
    tag,
    summary: 'List conflicts',
    description: 'Returns the conflicts of a status, newest first; without a status, those that are not resolved.',
    parameters: [conflictStatus, ...page],
    responses: {
      200: { description: 'A page of conflicts.', schema: conflictListSchema },
      ...guarded,
      ...always,
      ...noStore,
    },
  },
  {
    operationId: 'getConflict',
    method: 'GET',
    path: '/v1/conflicts/{id}',
    audience: 'auditor',
    function: 'list-conflicts',
    tag,
    summary: 'Get one conflict',
    description: 'Returns one conflict with both values and the answers of the nodes.',
    parameters: [conflictId],
    responses: {
      200: { description: 'The conflict.', schema: conflictSchema },
      ...guarded,
      ...unknown,
      409: refused('The stored row of the conflict was changed outside this service, so that it cannot be read.'),
      ...always,
      ...noStore,
    },
  },
  {
    operationId: 'decideConflict',
    method: 'POST',
    path: '/v1/conflicts/{id}/decision',
    audience,
    function: 'decide-conflict',
    tag,
    summary: 'Decide a conflict',
    description:
      "Carries out the decision of a person: the chain's value is stored, or the stored value is kept until either value changes. The audit trail keeps the decision.",
    parameters: [conflictId, dryRun],
    body: conflictDecisionRequestSchema,
    responses: {
      200: { description: 'The conflict after the decision.', schema: decidedConflictSchema },
      ...bodyRefused,
      ...guarded,
      ...unknown,
      409: refused(
        'The conflict is already decided, or the record changed in the meantime; or four eyes are required, and the caller has opened, edited or decided before.',
      ),
      ...always,
      ...noStoreOrChain,
    },
  },
  {
    operationId: 'undoConflictDecision',
    method: 'POST',
    path: '/v1/conflicts/{id}/undo',
    audience,
    function: 'decide-conflict',
    tag,
    summary: 'Take a decision back',
    description: 'The conflict awaits a review again. No stored value is restored.',
    parameters: [conflictId],
    body: conflictUndoRequestSchema,
    mayLackBody: true,
    responses: {
      200: { description: 'The conflict, awaiting a review.', schema: conflictSchema },
      ...bodyRefused,
      ...guarded,
      ...unknown,
      409: refused(
        'The conflict has no decision that can be taken back; or four eyes are required, and the caller has opened, edited or decided before.',
      ),
      ...always,
      ...noStore,
    },
  },
  {
    operationId: 'resolveConflicts',
    method: 'POST',
    path: '/v1/conflicts/resolve',
    audience,
    function: 'decide-conflict',
    tag,
    summary: 'Resolve conflicts that need no person',
    description: 'Resolves a page of unresolved conflicts, as far as the nodes agree and no field needs a review.',
    parameters: [dryRun, ...page],
    body: conflictResolutionRequestSchema,
    mayLackBody: true,
    responses: {
      200: { description: 'What was done with each conflict.', schema: resolvedConflictsSchema },
      ...bodyRefused,
      ...guarded,
      ...always,
      ...noStoreOrChain,
    },
  },
];
