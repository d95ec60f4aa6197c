import { invoked } from '../lib/runtime/invocation.ts';
import { enumerateCollection } from '../lib/usecases/collecting/enumerate-collection.ts';

/** Goes on with one collection; the state machine invokes it again until nothing is left to do now. */
export const handler = invoked(({ collection }: { readonly collection: string }, service) =>
  enumerateCollection({ collection }, service),
);
