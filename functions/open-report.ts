import { http } from '../lib/runtime/http.ts';
import { reconciliationAnswer } from '../lib/runtime/reconciliation-answer.ts';
import { reconciliationPage } from '../lib/runtime/reconciliation-page.ts';
import { runIdOf } from '../lib/runtime/reconciliation-request.ts';
import { htmlReply, methodNotAllowedReply } from '../lib/runtime/reply.ts';
import { reportStyle } from '../lib/runtime/report-style.ts';
import { openReportLink } from '../lib/usecases/reconciliation/report-link.ts';

/** Rule ACCESS-29: opens the report of a run by a link, which is used up. A request that only looks must not use it up. */
export const handler = http(async ({ method, parameters, requestId }, service) => {
  if (method !== 'GET') return methodNotAllowedReply(method, 'GET', requestId);
  const opening = { run: runIdOf(parameters), token: parameters.link ?? '', requestId };
  const report = reconciliationAnswer(await openReportLink(opening, service), service.definitions);
  return htmlReply(reconciliationPage(report), reportStyle);
}, 'anyone');
