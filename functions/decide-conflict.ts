import { roomFor } from '../lib/runtime/answer-room.ts';
import { conflictAnswer, resolvedAnswer } from '../lib/runtime/conflict-answer.ts';
import { placeIn } from '../lib/runtime/conflict-request.ts';
import {
  conflictDecisionRequestSchema,
  conflictResolutionRequestSchema,
  conflictUndoRequestSchema,
} from '../lib/runtime/contract/requests.ts';
import { http, type Request } from '../lib/runtime/http.ts';
import { nextAfter, pageOf } from '../lib/runtime/page.ts';
import { flagOf, parse } from '../lib/runtime/parse.ts';
import { jsonReply, type Reply } from '../lib/runtime/reply.ts';
import type { Running } from '../lib/runtime/service.ts';
import { decideConflict } from '../lib/usecases/conflicts/decide-conflict.ts';
import { unresolved } from '../lib/usecases/conflicts/list-conflicts.ts';
import { type ResolvedConflicts, resolveConflicts } from '../lib/usecases/conflicts/resolve-conflict.ts';
import { undoDecision } from '../lib/usecases/conflicts/undo-decision.ts';

const maxBodyBytes = 16 * 1024;

async function decide(request: Request, service: Running): Promise<Reply> {
  const { note = null, dryRun: inBody, ...asked } = parse(conflictDecisionRequestSchema, request.json(maxBodyBytes));
  const dryRun = isDry(request, inBody);
  const { conflict, changes } = await decideConflict(
    idOf(request),
    { ...asked, by: request.principal.name, note, dryRun },
    service,
  );
  return jsonReply({ ...conflictAnswer(conflict), dryRun, changes });
}

async function undo(request: Request, service: Running): Promise<Reply> {
  const asked = parse(conflictUndoRequestSchema, request.hasBody ? request.json(maxBodyBytes) : {});
  const { reviewer = null, note = null } = asked;
  const by = request.principal.name;
  return jsonReply(conflictAnswer(await undoDecision(idOf(request), { by, reviewer, note }, service)));
}

async function resolveAll(request: Request, service: Running): Promise<Reply> {
  const { query } = request;
  const asked = parse(conflictResolutionRequestSchema, request.hasBody ? request.json(maxBodyBytes) : {});
  const dryRun = isDry(request, asked.dryRun);
  // What was done is always reported, so the room for it ends early.
  const room = roomFor(4_000_000);
  const hasRoomAfter = (result: ResolvedConflicts['results'][number]) => room.takes(resolvedAnswer(result));
  const page = pageOf(query, 'resolve', placeIn(unresolved));
  const { results, last } = await resolveConflicts({ ...page, dryRun, hasRoomAfter }, service);
  return jsonReply({ dryRun, items: results.map(resolvedAnswer), next: nextAfter(last, 'resolve') });
}

/** True where the query or the body asks for a dry run. */
const isDry = ({ query }: Request, inBody = false): boolean => flagOf('dryRun', query.dryRun) || inBody;

const idOf = ({ parameters }: Request): string => parameters.id ?? '';

/** Decides a conflict for an operator, takes a decision back, or resolves all conflicts that need no person. */
export const handler = http((request, service) => {
  if (request.route.endsWith('/decision')) return decide(request, service);
  return request.route.endsWith('/undo') ? undo(request, service) : resolveAll(request, service);
});
