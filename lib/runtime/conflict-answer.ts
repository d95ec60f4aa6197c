import type { Conflict } from '../domain/conflict.ts';
import { explainConflict } from '../domain/explain-conflict.ts';
import type { ResolvedConflicts } from '../usecases/conflicts/resolve-conflict.ts';

/** A conflict as it is served: without the members that only the service uses. */
export const conflictAnswer = ({ databaseDigest, chainDigest, revision, ...conflict }: Conflict) => ({
  ...conflict,
  explanation: explainConflict({ ...conflict, databaseDigest, chainDigest, revision }),
});

/** What was done with a conflict, or why it could not be looked at. */
export const resolvedAnswer = (result: ResolvedConflicts['results'][number]) => {
  if ('error' in result) return result;
  const { id, action, reason, conflict, changes } = result;
  return { id, ref: conflict?.ref ?? null, action, reason, changes };
};
