import * as z from 'zod/mini';
import { type FieldError, InvalidRequest } from '../domain/errors.ts';
import type { AuditSpan } from '../usecases/audit/verify-audit.ts';
import { pageFormatOf } from './accept.ts';
import { pageOf } from './page.ts';

export interface AuditRequest {
  /** The requested span. */
  readonly span: AuditSpan;
  readonly format: 'json' | 'csv' | 'html';
  /** The moment at which this page of the span begins. */
  readonly from: string;
  /** The query to which the cursors are bound. */
  readonly query: string;
}

const longestMs = 31 * 86_400_000;
const moment = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z)?$/;

const formats = ['json', 'csv', 'html'] as const satisfies readonly AuditRequest['format'][];

/** `from`, `until`, `format` (left out: what `accept` prefers) and `cursor` of an audit report. Throws InvalidRequest. */
export function auditRequestOf(query: Readonly<Record<string, string>>, accept?: string): AuditRequest {
  const errors: FieldError[] = [];
  const wrong = (path: string, message: string): void => void errors.push({ path, message });
  const [from, until] = ['from', 'until'].map((name) => {
    const at = momentOf(query[name]);
    if (at === undefined) wrong(name, 'must be a date or a moment in UTC: 2026-01-31, or 2026-01-31T12:00:00Z');
    return at;
  });
  if (from !== undefined && until !== undefined) {
    if (until <= from) wrong('until', 'must be later than from');
    if (until - from > longestMs) wrong('until', 'must be at most 31 days later than from');
  }
  const format = formats.find((name) => name === (query.format ?? pageFormatOf(undefined, accept)));
  if (format === undefined) wrong('format', 'must be json, csv or html');
  if (errors.length > 0) throw new InvalidRequest(errors);
  const span = { from: iso(from), until: iso(until) };
  const bound = JSON.stringify(['audit', span, format]);
  const { after } = pageOf(query.cursor === undefined ? {} : { cursor: query.cursor }, bound, momentWithin(span));
  return { span, format: format ?? 'json', from: after ?? span.from, query: bound };
}

/** Exactly as the report writes it, because the store compares texts. */
const momentWithin = ({ from, until }: AuditSpan) =>
  z.string().check(
    z.refine((text) => {
      const at = Date.parse(text);
      return !Number.isNaN(at) && iso(at) === text && from <= text && text < until;
    }),
  );

const iso = (at: number | undefined): string => new Date(at ?? Number.NaN).toISOString();

/** undefined also for a date that does not exist, such as 30 February. */
function momentOf(text: string | undefined): number | undefined {
  if (text === undefined || !moment.test(text)) return undefined;
  const at = Date.parse(text);
  return !Number.isNaN(at) && iso(at).startsWith(text.slice(0, 10)) ? at : undefined;
}
