import { applicationOf } from '../lib/runtime/application-of.ts';
import { refOf } from '../lib/runtime/entity-route.ts';
import { http } from '../lib/runtime/http.ts';
import { pastReply } from '../lib/runtime/past-answer.ts';
import { pastQueryOf } from '../lib/runtime/past-request.ts';
import { readOptionsOf } from '../lib/runtime/read-options.ts';
import { answerReply } from '../lib/runtime/reply.ts';
import { sharingOf } from '../lib/runtime/shared-cache.ts';
import { waitSecondsOf } from '../lib/runtime/wait-request.ts';
import { localPartOf } from '../lib/usecases/local-data/read-local-data.ts';
import { definitionOf } from '../lib/usecases/reading/lookup.ts';
import { lookupAndWait } from '../lib/usecases/reading/lookup-and-wait.ts';
import { lookupAt } from '../lib/usecases/reading/lookup-at.ts';
import { withTokens } from '../lib/usecases/reading/with-tokens.ts';

/** Looks up one entity of any kind, now or at a block; a transaction may be waited for. */
export const handler = http(async (request, service) => {
  const options = readOptionsOf(request.headers['cache-control'], request.query.minHeight);
  const ref = refOf(request, service.definitions);
  const ifNoneMatch = request.headers['if-none-match'];
  if (request.query.proof !== undefined || request.query.anchor !== undefined) {
    // Rule PROOF-5: readers start without what proves.
    const { fullProofReply } = await import('../lib/runtime/full-proof-reply.ts');
    return fullProofReply(ref, options, request, service);
  }
  const past = pastQueryOf(request.query, options);
  if (past !== undefined) {
    const answer = await lookupAt(ref, past, { ...service, chainReads: request.chainReads });
    return pastReply(answer, request.requestId, { ifNoneMatch, sharing: sharingOf(service.config.reads, options) });
  }
  const seconds = waitSecondsOf(request.query.wait, definitionOf(ref, service), options);
  const application = applicationOf(request.principal);
  const readLocal = () => (application === null ? undefined : localPartOf(application, ref, service));
  // In parallel with the answer; where the caller waits for the answer, after it.
  const early = seconds === 0 ? readLocal() : undefined;
  const looked = await lookupAndWait(
    ref,
    options,
    { seconds, hungUp: request.hungUp, takePlace: request.takePlace },
    { ...service, chainReads: request.chainReads },
  );
  const answer = await withTokens(looked, service);
  const local = await (early ?? readLocal());
  // Rule ACCESS-30.
  const sharing = sharingOf(service.config.reads, options, seconds > 0);
  return answerReply(answer, request.requestId, { ifNoneMatch, local, sharing });
}, 'reader');
