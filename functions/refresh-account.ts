import { accountId } from '../lib/domain/account-id.ts';
import type { EntityRef } from '../lib/domain/entity.ts';
import { applicationOf } from '../lib/runtime/application-of.ts';
import { outcomeIn } from '../lib/runtime/batch-answer.ts';
import { refuseForeignRef } from '../lib/runtime/entity-route.ts';
import { http } from '../lib/runtime/http.ts';
import { cursorBehind } from '../lib/runtime/invalidation-request.ts';
import { trackedIn } from '../lib/runtime/refresh-request.ts';
import { jsonReply } from '../lib/runtime/reply.ts';
import { localPartOf } from '../lib/usecases/local-data/read-local-data.ts';
import type { LookupOutcome } from '../lib/usecases/reading/lookup-many.ts';
import { refreshAccount } from '../lib/usecases/reading/refresh-account.ts';

const maxAnswerBytes = 5 * 1024 * 1024;

/** Reads what is tracked for an account from the chain; one outcome for each entity. */
export const handler = http(async (request, service) => {
  const { tracked, query } = trackedIn(accountId(request.parameters.id ?? ''), request.query.cursor, service);
  const outcome = outcomeIn(request.requestId, service);
  const application = applicationOf(request.principal);
  const render = async (ref: EntityRef, found: LookupOutcome) =>
    outcome(ref, found, application === null ? undefined : await localPartOf(application, ref, service));
  const admit = (ref: EntityRef) => refuseForeignRef(ref, request.principal, service.definitions);
  const { results, last } = await refreshAccount(
    tracked,
    { maxBytes: maxAnswerBytes, admit, render },
    { ...service, onBehalfOf: request.principal.name, chainReads: request.chainReads },
  );
  return jsonReply({ results, next: cursorBehind(last, query) });
});
