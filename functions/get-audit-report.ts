import { escapedBytes } from '../lib/domain/escaped-bytes.ts';
import type { AuditEntry } from '../lib/domain/record.ts';
import { auditFileName, auditHeading } from '../lib/runtime/audit-heading.ts';
import { auditPage, auditPageRow } from '../lib/runtime/audit-page.ts';
import { auditRequestOf } from '../lib/runtime/audit-request.ts';
import { type AuditPageSpan, csvPage, csvRow, csvRowBytes, rowOf } from '../lib/runtime/audit-rows.ts';
import { auditStyle } from '../lib/runtime/audit-style.ts';
import { http } from '../lib/runtime/http.ts';
import { cursorAfter } from '../lib/runtime/page.ts';
import { csvReply, htmlReply, jsonReply } from '../lib/runtime/reply.ts';
import { type AuditReport, createAuditReport, longestRowProblem } from '../lib/usecases/audit/audit-report.ts';
import { storedCoverage } from '../lib/usecases/audit/stored-coverage.ts';

const maxBytes = { json: 5 * 1024 * 1024, csv: 5 * 1024 * 1024, html: 2 * 1024 * 1024 };
/** What a row adds to the list of trails, which has the trail's id again. */
const extentBytes = 600;

/** Reports all audit entries of a span of time: as JSON with a summary, as CSV, or as an HTML page to print. */
export const handler = http(async ({ query: asked, headers, principal }, service) => {
  const { span, format, from, query } = auditRequestOf(asked, headers.accept);
  const heading = auditHeading(principal.name, span, service);
  const reportOf = <Row extends object | string>(
    render: (entry: AuditEntry, problem: string | null) => Row,
    sizeOf: (row: Row) => number = (row) => escapedBytes(row) + extentBytes,
  ) =>
    createAuditReport<Row>(
      { from, until: span.until, maxBytes: maxBytes[format], render, sizeOf: (row) => sizeOf(row) + longestRowProblem },
      service,
    );
  const pathOf = (next: string | null) =>
    next && `/v1/audit?${new URLSearchParams({ ...span, format, cursor: cursorAfter(next, query) })}`;
  const pageOf = ({ next, summary }: AuditReport<unknown>): AuditPageSpan => ({
    from,
    until: next ?? span.until,
    entries: summary.entries,
  });
  const coverage = await storedCoverage(span.until, service);
  if (format === 'csv') {
    const report = await reportOf(csvRow, csvRowBytes);
    const table = csvPage({ heading, report, span: pageOf(report), coverage });
    return csvReply(table, pathOf(report.next), auditFileName(heading, 'csv'));
  }
  if (format === 'html') {
    const page = await reportOf(auditPageRow);
    const next = pathOf(page.next);
    return htmlReply(auditPage({ heading, page, coverage, from, next }), auditStyle, next);
  }
  const report = await reportOf(rowOf);
  const { rows, next, summary, broken, trails } = report;
  return jsonReply(
    {
      ...heading,
      page: pageOf(report),
      broken,
      coverage,
      summary,
      trails,
      entries: rows,
      next: next && cursorAfter(next, query),
    },
    200,
    { vary: 'accept' },
  );
});
