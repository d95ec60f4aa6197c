import { streamed } from '../lib/runtime/invocation.ts';
import { resolveConflict } from '../lib/usecases/conflicts/resolve-conflict.ts';

/** Resolves each conflict that the stream names, as the conflict is now. */
export const handler = streamed((service) => async ({ dynamodb }) => {
  const id = dynamodb?.Keys?.id?.S;
  if (id === undefined) throw new TypeError('the record names no conflict');
  await resolveConflict(id, service);
});
