import { escapedBytes } from '../lib/domain/escaped-bytes.ts';
import type { AuditEntry } from '../lib/domain/record.ts';
import { auditFileName, auditHeading } from '../lib/runtime/audit-heading.ts';
import { auditPage, auditPageRow } from '../lib/runtime/audit-page.ts';
import { auditRequestOf } from '../lib/runtime/audit-request.ts';
import { csvHeader, csvRow, rowOf } from '../lib/runtime/audit-rows.ts';
import { auditStyle } from '../lib/runtime/audit-style.ts';
import { http } from '../lib/runtime/http.ts';
import { cursorAfter } from '../lib/runtime/page.ts';
import { csvReply, htmlReply, jsonReply } from '../lib/runtime/reply.ts';
import { createAuditReport, longestRowProblem } from '../lib/usecases/audit/audit-report.ts';
import { storedCoverage } from '../lib/usecases/audit/stored-coverage.ts';

const maxBytes = { json: 5 * 1024 * 1024, csv: 5 * 1024 * 1024, html: 2 * 1024 * 1024 };
/** What a row adds to the list of trails, which has the trail's id again. */
const extentBytes = 600;

/** Reports all audit entries of a span of time: as JSON with a summary, as CSV, or as an HTML page to print. */
export const handler = http(async ({ query: asked, headers, principal }, service) => {
  const { span, format, from, query } = auditRequestOf(asked, headers.accept);
  const heading = auditHeading(principal.name, span, service);
  const report = <Row extends object | string>(render: (entry: AuditEntry, problem: string | null) => Row) =>
    createAuditReport<Row>({ from, until: span.until, maxBytes: maxBytes[format], render, sizeOf }, service);
  const pathOf = (next: string) =>
    `/v1/audit?${new URLSearchParams({ ...span, format, cursor: cursorAfter(next, query) })}`;
  if (format === 'csv') {
    const context = { ...heading.service, askedBy: heading.askedBy, askedAt: heading.askedAt };
    const { rows, next } = await report((entry, problem) => csvRow(entry, problem, context));
    return csvReply(csvHeader + rows.join(''), next && pathOf(next), auditFileName(heading, 'csv'));
  }
  const coverage = await storedCoverage(span.until, service);
  if (format === 'html') {
    const page = await report(auditPageRow);
    const { next } = page;
    return htmlReply(auditPage({ heading, page, coverage, from, next: next && pathOf(next) }), auditStyle);
  }
  const { rows, next, summary, broken, trails } = await report(rowOf);
  return jsonReply(
    { ...heading, broken, coverage, summary, trails, entries: rows, next: next && cursorAfter(next, query) },
    200,
    { vary: 'accept' },
  );
});

function sizeOf(row: object | string): number {
  return escapedBytes(row) + longestRowProblem + extentBytes;
}
