import type { EntityRef } from '../domain/entity.ts';
import type { ReadOptions } from '../domain/freshness.ts';
import { localPartOf } from '../usecases/local-data/read-local-data.ts';
import { lookupProved } from '../usecases/reading/lookup-proved.ts';
import { withTokens } from '../usecases/reading/with-tokens.ts';
import { applicationOf } from './application-of.ts';
import { provedReply } from './full-proof-answer.ts';
import type { Request } from './http.ts';
import { proofQueryOf } from './proof-request.ts';
import type { Reply } from './reply.ts';
import type { Running } from './service.ts';

/** The newest value with all that proves it, for `?proof=full` (rule PROOF-5). */
export async function fullProofReply(
  ref: EntityRef,
  options: ReadOptions,
  request: Pick<Request, 'query' | 'principal' | 'chainReads' | 'requestId'>,
  service: Running,
): Promise<Reply> {
  const query = proofQueryOf(request.query, options);
  const application = applicationOf(request.principal);
  const found = await lookupProved(ref, query, { ...service, chainReads: request.chainReads });
  const local = application === null ? undefined : await localPartOf(application, ref, service);
  const answer = await withTokens(found.answer, service);
  return provedReply({ ...found, answer }, request.requestId, service.config, { local });
}
