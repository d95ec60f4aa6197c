import { conflictAnswer } from '../lib/runtime/conflict-answer.ts';
import { statusesOf } from '../lib/runtime/conflict-request.ts';
import { http } from '../lib/runtime/http.ts';
import { cursorAfter, pageOf } from '../lib/runtime/page.ts';
import { jsonReply } from '../lib/runtime/reply.ts';
import { conflictById, listConflicts } from '../lib/usecases/conflicts/list-conflicts.ts';

/** Gets one conflict, or a list of conflicts. */
export const handler = http(async ({ parameters, query }, service) => {
  if (parameters.id !== undefined) return jsonReply(conflictAnswer(await conflictById(parameters.id, service)));
  const statuses = statusesOf(query.status);
  const bound = JSON.stringify(['conflicts', statuses]);
  const { conflicts, last } = await listConflicts(statuses, pageOf(query, bound), service);
  const next = last === undefined ? null : cursorAfter(last, bound);
  return jsonReply({ items: conflicts.map(conflictAnswer), next });
});
