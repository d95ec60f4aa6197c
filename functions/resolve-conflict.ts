import { streamed } from '../lib/runtime/invocation.ts';
import { resolveConflict } from '../lib/usecases/conflicts/resolve-conflict.ts';

/** Resolves each conflict that the stream names. The conflict is read again first. */
export const handler = streamed((service) => async ({ dynamodb }) => {
  const id = dynamodb?.Keys?.id?.S;
  if (id === undefined) throw new TypeError('the record does not name a conflict');
  await resolveConflict(id, service);
});
