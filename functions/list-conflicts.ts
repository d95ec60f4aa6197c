import { conflictAnswer, listedConflict } from '../lib/runtime/conflict-answer.ts';
import { placeIn, statusesOf } from '../lib/runtime/conflict-request.ts';
import { http } from '../lib/runtime/http.ts';
import { fillPage, nextAfter, pageOf } from '../lib/runtime/page.ts';
import { jsonReply } from '../lib/runtime/reply.ts';
import { conflictById, listConflicts, placeOf } from '../lib/usecases/conflicts/list-conflicts.ts';

/** Gets one conflict, or a list of conflicts. */
export const handler = http(async ({ parameters, query }, service) => {
  if (parameters.id !== undefined) return jsonReply(conflictAnswer(await conflictById(parameters.id, service)));
  const statuses = statusesOf(query.status);
  const bound = JSON.stringify(['conflicts', statuses]);
  const { rows, last } = await fillPage(
    pageOf(query, bound, placeIn(statuses)),
    async (page) => {
      const found = await listConflicts(statuses, page, service);
      return { items: found.conflicts, last: found.last };
    },
    listedConflict,
    placeOf,
  );
  return jsonReply({ items: rows, next: nextAfter(last, bound) });
});
