import type { EntityRef } from '../domain/entity.ts';
import type { FullProof } from '../domain/full-proof.ts';
import type { ProvedLookup } from '../usecases/reading/lookup-proved.ts';
import type { Config } from './config.ts';
import { type AnswerOptions, answerReply, type Reply } from './reply.ts';

/** The answer, with all that proves it as `meta.proof.full` (rule PROOF-5). */
export function provedReply(
  { answer, full }: ProvedLookup,
  requestId: string,
  config: Pick<Config, 'collections' | 'liquidStaking'>,
  options: AnswerOptions,
): Reply {
  const reply = answerReply(answer, requestId, options);
  if (full === undefined) return reply;
  const { data, meta } = reply.body as { readonly data: object; readonly meta: { readonly proof: object } };
  const proof = { ...meta.proof, full: { ...full, settings: settingsOf(answer.ref, config) } };
  // Each is read anew, and large: none is kept.
  const { etag: _, ...headers } = reply.headers;
  return { ...reply, headers: { ...headers, 'cache-control': 'no-store' }, body: { data, meta: { ...meta, proof } } };
}

/** Those that the value depends on, and no others. */
function settingsOf(
  { kind, id }: EntityRef,
  { collections, liquidStaking }: Pick<Config, 'collections' | 'liquidStaking'>,
): FullProof['settings'] {
  const [packageHash] = id.split(':');
  return {
    collections: Object.fromEntries(Object.entries(collections).filter(([, each]) => each.package === packageHash)),
    liquidStaking: (kind === 'staking' && liquidStaking) || null,
  };
}
