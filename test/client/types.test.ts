import { expect, test } from '@jest/globals';
import type * as z from 'zod/mini';
import type { LookupClient, Operations, Schemas } from '../../lib/client/index.ts';
import type * as answers from '../../lib/runtime/contract/answers.ts';
import type * as conflicts from '../../lib/runtime/contract/conflict-schemas.ts';
import type * as keys from '../../lib/runtime/contract/key-schemas.ts';
import type * as problems from '../../lib/runtime/contract/problems.ts';
import type * as reconciliations from '../../lib/runtime/contract/reconciliation-schemas.ts';
import type * as requests from '../../lib/runtime/contract/requests.ts';
import type * as webhooks from '../../lib/runtime/contract/webhook-schemas.ts';

/** What the schemas of the contract say by themselves, without the document and the client's generator. */
type Of<Schema> = Schema extends z.ZodMiniType ? Loose<z.infer<Schema>> : never;
/** The client's types are readonly, and optional members may be undefined. */
type Loose<T> = T extends object ? { readonly [Name in keyof T]: Loose<T[Name]> } : T;
/** What the service sends must fit the client's type, and what the client's type allows must fit the service. */
type Fit<Theirs, Ours> = [Theirs] extends [Ours]
  ? [Ours] extends [Loose<Theirs>]
    ? true
    : 'the client allows more'
  : 'the client allows less';

let compared = 0;
function fits<_ extends true>(): void {
  compared += 1;
}

// `npm run typecheck` fails where a line does not fit. What is put together from kinds at run time has no type there: the
// recorded answers of every operation are compiled in package.test.ts.
test('the types of the client are those of the contract, in both directions', () => {
  fits<Fit<Of<typeof answers.absenceSchema>, Schemas['Absence']>>();
  fits<Fit<Of<typeof answers.localDataSchema>, Schemas['LocalData']>>();
  fits<Fit<Of<typeof requests.batchRequestSchema>, Schemas['BatchRequest']>>();
  fits<Fit<Of<typeof requests.localDataBodySchema>, Schemas['LocalDataBody']>>();
  fits<Fit<Of<typeof requests.invalidationRequestSchema>, Schemas['InvalidationRequest']>>();
  fits<Fit<Of<typeof requests.conflictDecisionRequestSchema>, Schemas['ConflictDecisionRequest']>>();
  fits<Fit<Of<typeof requests.conflictUndoRequestSchema>, Schemas['ConflictUndoRequest']>>();
  fits<Fit<Of<typeof requests.conflictResolutionRequestSchema>, Schemas['ConflictResolutionRequest']>>();
  fits<Fit<Of<typeof requests.reconciliationRequestSchema>, Schemas['ReconciliationRequest']>>();
  fits<Fit<Of<typeof requests.forceSyncRequestSchema>, Schemas['ForceSyncRequest']>>();
  fits<Fit<Of<typeof requests.rewindRequestSchema>, Schemas['RewindRequest']>>();
  fits<Fit<Of<typeof reconciliations.reconciliationRunSchema>, Schemas['ReconciliationRun']>>();
  fits<Fit<Of<typeof reconciliations.reconciliationListSchema>, Schemas['ReconciliationList']>>();
  fits<Fit<Of<typeof reconciliations.reconciliationReportSchema>, Schemas['ReconciliationReport']>>();
  fits<Fit<Of<typeof keys.keyRequestSchema>, Schemas['KeyRequest']>>();
  fits<Fit<Of<typeof keys.keyRotationSchema>, Schemas['KeyRotation']>>();
  fits<Fit<Of<typeof keys.keySchema>, Schemas['Key']>>();
  fits<Fit<Of<typeof keys.madeKeySchema>, Schemas['MadeKey']>>();
  fits<Fit<Of<typeof keys.keyListSchema>, Schemas['KeyList']>>();
  fits<Fit<Of<typeof conflicts.conflictSchema>, Schemas['Conflict']>>();
  fits<Fit<Of<typeof conflicts.conflictListSchema>, Schemas['ConflictList']>>();
  fits<Fit<Of<typeof conflicts.decidedConflictSchema>, Schemas['DecidedConflict']>>();
  fits<Fit<Of<typeof conflicts.resolvedConflictsSchema>, Schemas['ResolvedConflicts']>>();
  fits<Fit<Of<typeof problems.problemSchema>, Schemas['Problem']>>();
  fits<Fit<Of<typeof problems.throttledSchema>, Schemas['Throttled']>>();
  fits<Fit<Of<typeof webhooks.webhookRequestSchema>, Schemas['WebhookRequest']>>();
  fits<Fit<Of<typeof webhooks.webhookPatchSchema>, Schemas['WebhookPatch']>>();
  fits<Fit<Of<typeof webhooks.secretRotationSchema>, Schemas['WebhookSecretRotation']>>();
  fits<Fit<Of<typeof webhooks.replaySchema>, Schemas['WebhookReplay']>>();
  fits<Fit<Of<typeof webhooks.webhookSchema>, Schemas['Webhook']>>();
  fits<Fit<Of<typeof webhooks.madeWebhookSchema>, Schemas['MadeWebhook']>>();
  fits<Fit<Of<typeof webhooks.webhookListSchema>, Schemas['WebhookList']>>();
  fits<Fit<Of<typeof webhooks.testDeliverySchema>, Schemas['WebhookTestDelivery']>>();
  fits<Exclude<keyof Operations, keyof LookupClient> extends never ? true : 'an operation has no method'>();
  expect(compared).toBeGreaterThan(30);
});
