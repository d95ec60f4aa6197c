import { escapedBytes } from '../lib/domain/escaped-bytes.ts';
import { auditRequestOf } from '../lib/runtime/audit-request.ts';
import { csvHeader, csvRow, rowOf } from '../lib/runtime/audit-rows.ts';
import { http } from '../lib/runtime/http.ts';
import { cursorAfter } from '../lib/runtime/page.ts';
import { csvReply, jsonReply } from '../lib/runtime/reply.ts';
import { createAuditReport, longestRowProblem } from '../lib/usecases/audit/audit-report.ts';

const maxBytes = 5 * 1024 * 1024;
const sizeOf = (row: object | string): number => escapedBytes(row) + longestRowProblem;

/** Reports all audit entries of a span of time: as JSON with a summary, or as CSV. */
export const handler = http(async (request, service) => {
  const { span, format, from, query } = auditRequestOf(request.query);
  const part = { from, until: span.until, maxBytes, sizeOf };
  if (format === 'csv') {
    const { rows, next } = await createAuditReport({ ...part, render: csvRow }, service);
    const further = next && new URLSearchParams({ ...span, format, cursor: cursorAfter(next, query) });
    return csvReply(csvHeader + rows.join(''), further && `/v1/audit?${further}`);
  }
  const { rows, next, summary } = await createAuditReport({ ...part, render: rowOf }, service);
  return jsonReply({ ...span, entries: rows, next: next && cursorAfter(next, query), summary });
});
