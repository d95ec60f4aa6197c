import type { Conflict } from '../domain/conflict.ts';
import { explainConflict } from '../domain/explain-conflict.ts';
import type { ResolvedConflicts } from '../usecases/conflicts/resolve-conflict.ts';

/** A conflict in the form of the API: without the members that only the service uses. */
export const conflictAnswer = ({ databaseDigest, chainDigest, revision, ...conflict }: Conflict) => ({
  ...conflict,
  explanation: explainConflict({ ...conflict, databaseDigest, chainDigest, revision }),
});

/** The action on a conflict, or why the conflict could not be resolved. */
export const resolvedAnswer = (result: ResolvedConflicts['results'][number]) => {
  if ('error' in result) return result;
  const { id, action, reason, conflict, changes } = result;
  return { id, ref: conflict?.ref ?? null, action, reason, changes };
};
