import { type Conflict, mayNotDecide } from '../domain/conflict.ts';
import { explainConflict } from '../domain/explain-conflict.ts';
import { unreadableRow } from '../usecases/conflicts/list-conflicts.ts';
import type { ResolvedConflicts } from '../usecases/conflicts/resolve-conflict.ts';

/** A conflict in the form of the API: without the members that only the service uses. */
export const conflictAnswer = ({ databaseDigest, chainDigest, revision, unreadable: _, ...conflict }: Conflict) => ({
  ...conflict,
  openedBy: conflict.openedBy ?? null,
  editedBy: conflict.editedBy ?? [],
  proof: conflict.proof ?? null,
  mayNotDecide: mayNotDecide({ ...conflict, databaseDigest, chainDigest, revision }),
  explanation: explainConflict({ ...conflict, databaseDigest, chainDigest, revision }),
});

/** A conflict in a list, where a row that cannot be read has its id only. */
export const listedConflict = (conflict: Conflict) =>
  conflict.unreadable
    ? { id: conflict.id, status: conflict.status, unreadable: true, explanation: unreadableRow }
    : conflictAnswer(conflict);

/** The action on a conflict, or why the conflict could not be resolved. */
export const resolvedAnswer = (result: ResolvedConflicts['results'][number]) => {
  if ('error' in result) return result;
  const { id, action, reason, conflict, changes } = result;
  return { id, ref: conflict?.ref ?? null, action, reason, changes };
};
