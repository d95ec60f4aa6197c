import { pageFormatOf } from '../lib/runtime/accept.ts';
import { http } from '../lib/runtime/http.ts';
import { fillPage, nextAfter, pageOf } from '../lib/runtime/page.ts';
import { reconciliationAnswer } from '../lib/runtime/reconciliation-answer.ts';
import { reconciliationPage } from '../lib/runtime/reconciliation-page.ts';
import { runIdOf, runPosition } from '../lib/runtime/reconciliation-request.ts';
import { htmlReply, jsonReply } from '../lib/runtime/reply.ts';
import { reportStyle } from '../lib/runtime/report-style.ts';
import { listReports, reportById } from '../lib/usecases/reconciliation/read-report.ts';

const bound = 'reconciliations';

/** Gets the report of one run, as JSON or as an HTML page, or a list of runs. */
export const handler = http(async ({ parameters, query, headers }, service) => {
  if (parameters.id === undefined) {
    const { rows, last } = await fillPage(
      pageOf(query, bound, runPosition),
      async (page) => {
        const found = await listReports(page, service);
        return { items: found.runs, last: found.last };
      },
      (run) => run,
      ({ id }) => id,
    );
    return jsonReply({ items: rows, next: nextAfter(last, bound) });
  }
  const format = pageFormatOf(query.format, headers.accept);
  const report = reconciliationAnswer(await reportById(runIdOf(parameters), service), service.definitions);
  return format === 'html'
    ? htmlReply(reconciliationPage(report), reportStyle)
    : jsonReply(report, 200, { vary: 'accept' });
});
