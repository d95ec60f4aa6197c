import type { WholeLists } from '../usecases/reading/whole-lists.ts';

/** One of the collections that a list is about. */
export const wholeListsIn = ({ packageHash, state, through, reason }: WholeLists) => ({
  packageHash,
  state,
  through,
  reason,
});
