import { conflictAnswer, resolvedAnswer } from '../lib/runtime/conflict-answer.ts';
import { http, type Request } from '../lib/runtime/http.ts';
import { cursorAfter, pageOf } from '../lib/runtime/page.ts';
import { json, type Reply } from '../lib/runtime/reply.ts';
import { conflictDecision, conflictUndo, flagOf, parse } from '../lib/runtime/requests.ts';
import type { Running } from '../lib/runtime/service.ts';
import { decideConflict } from '../lib/usecases/decide-conflict.ts';
import { resolveConflicts } from '../lib/usecases/resolve-conflicts.ts';
import { undoDecision } from '../lib/usecases/undo-decision.ts';

const maxBodyBytes = 16 * 1024;

async function decide(request: Request, service: Running): Promise<Reply> {
  const { note = null, dryRun = false, ...asked } = parse(conflictDecision, request.json(maxBodyBytes));
  const { conflict, changes } = await decideConflict(idOf(request), { ...asked, note, dryRun }, service);
  return json({ ...conflictAnswer(conflict), dryRun, changes });
}

async function undo(request: Request, service: Running): Promise<Reply> {
  const asked = parse(conflictUndo, request.hasBody ? request.json(maxBodyBytes) : {});
  const { reviewer = 'operator', note = null } = asked;
  return json(conflictAnswer(await undoDecision(idOf(request), { reviewer, note }, service)));
}

async function resolveAll({ query }: Request, service: Running): Promise<Reply> {
  const dryRun = flagOf('dryRun', query.dryRun);
  const { results, last } = await resolveConflicts({ ...pageOf(query, 'resolve'), dryRun }, service);
  const next = last === undefined ? null : cursorAfter(last, 'resolve');
  return json({ dryRun, items: results.map(resolvedAnswer), next });
}

const idOf = ({ parameters }: Request): string => parameters.id ?? '';

/** What a person does about conflicts: decides one, takes that back, or has all resolved that need nobody. */
export const handler = http((request, service) => {
  if (request.route.endsWith('/decision')) return decide(request, service);
  return request.route.endsWith('/undo') ? undo(request, service) : resolveAll(request, service);
});
