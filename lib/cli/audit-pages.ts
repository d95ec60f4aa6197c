import type { LookupClient } from '../client/create-client.ts';
import { nextCursor } from '../client/pages.ts';
import { CliUsageError } from './failure.ts';
import type { Run } from './run.ts';

export interface SpanOptions {
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

export type AuditRange = Readonly<Record<'from' | 'until', string>>;

export const auditFormats = ['json', 'csv', 'html'] as const;
export type AuditFormat = (typeof auditFormats)[number];

/** The service did not exist before this day. */
const firstDay = '2026-01-01';
const dayMs = 86_400_000;
const longestMs = 31 * dayMs;

/** The spans of a report, each from where the one before ends: one request spans 31 days at most. */
export function spansOf({ io, options }: Pick<Run<SpanOptions>, 'io' | 'options'>): readonly AuditRange[] {
  const from = momentOf(options.from ?? firstDay);
  // The clocks of other processes may be ahead.
  const until = options.until === undefined ? io.now() + dayMs : momentOf(options.until);
  if (until <= from) throw new CliUsageError('--until must be later than --from');
  return Array.from({ length: Math.ceil((until - from) / longestMs) }, (_, at) => ({
    from: iso(from + at * longestMs),
    until: iso(Math.min(until, from + (at + 1) * longestMs)),
  }));
}

export function momentOf(text: string): number {
  const at = Date.parse(text);
  const [, day] = /^(\d{4}-\d\d-\d\d)/.exec(text) ?? [];
  // 31 November would be the first of December.
  const isDay = day === undefined || new Date(Date.parse(day)).toJSON()?.startsWith(day) === true;
  if (Number.isNaN(at) || !isDay) throw new CliUsageError(`"${text}" is not a date or a moment (ISO 8601)`);
  return at;
}

const iso = (at: number): string => new Date(at).toISOString();

/** The place of a page in a report of several spans. */
export interface PagePlace {
  /** Which span. */
  readonly span: number;
  /** null: its first page. */
  readonly cursor: string | null;
}

export interface DownloadedPage {
  /** Of JSON the parsed page, else its text. */
  readonly body: unknown;
  /** null: this is the last page of the report. */
  readonly next: PagePlace | null;
}

/** The pages of a report, one at a time, from a place on. */
export async function* auditPages(
  spans: readonly AuditRange[],
  format: AuditFormat,
  client: LookupClient,
  begin: PagePlace | null = { span: 0, cursor: null },
): AsyncGenerator<DownloadedPage> {
  for (let place = begin; place !== null; ) {
    const span = spans[place.span] as AuditRange;
    const cursor = place.cursor ?? undefined;
    const answer = await client.request('getAuditReport', { ...span, format, cursor });
    const next = nextCursor(answer);
    const isLast = next === null && place.span === spans.length - 1;
    place = isLast ? null : { span: next === null ? place.span + 1 : place.span, cursor: next };
    yield { body: answer.body, next: place };
  }
}
