import { formatDuration, formatNumber, formatScope } from '../domain/format.ts';
import {
  type CheckResult,
  type Counts,
  type Finding,
  findings,
  type RemedyOutcome,
  type Sample,
} from '../domain/reconciliation.ts';
import type { ReconciliationReport } from '../usecases/reconciliation/report.ts';
import { type Html, html, moment, stylesheet } from './html.ts';
import { reconciliationFigures } from './reconciliation-figures.ts';
import { reportStyle } from './report-style.ts';

/** A report as a page that stands by itself: it runs nothing and loads nothing. */
export const reconciliationPage = (report: ReconciliationReport): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Reconciliation ${report.id}</title>
${stylesheet(reportStyle)}
</head>
<body>
<header>
<h1>Reconciliation <span class="id">${report.id}</span></h1>
${statusOf(report)}
<p class="quiet">Of ${formatScope(report.scope)}, started by ${starters[report.startedBy]} at ${moment(report.startedAt)}, ${ending(report)}.</p>
</header>
<main>
<section class="panel">
<h2>What to do</h2>
<ul>${report.recommendations.map((sentence) => html`<li>${withCode(sentence)}</li>\n`)}</ul>
</section>
${reconciliationFigures(report)}
<h2>Records by kind</h2>
${kindsOf(report)}
<h2>Checks</h2>
${checksOf(report)}
<h2>Samples</h2>
${samplesOf(report)}
</main>
</body>
</html>
`.text;

/** What stands between backquotes is to be typed. */
const withCode = (sentence: string): (Html | string)[] =>
  sentence.split('`').map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part));

const starters: Record<ReconciliationReport['startedBy'], string> = {
  schedule: 'the schedule',
  operator: 'an operator',
};

function statusOf({ status, progress, reason, dryRun }: ReconciliationReport): Html {
  const shards = `${progress.done} of ${progress.shards} shards done`;
  const why = reason === null ? '' : ` (${reason})`;
  const words = {
    running: `At work: ${shards}`,
    finished: 'Finished',
    cancelled: `Cancelled${why}: ${shards}`,
    interrupted: `Interrupted${why}: ${shards}`,
  };
  const tone = status === 'finished' ? 'good' : 'warn';
  const dry = dryRun ? html`<p class="status warn">A dry run: nothing was changed</p>` : html``;
  return html`<p class="status ${tone}">${words[status]}</p>
${dry}`;
}

const ending = ({ finishedAt, milliseconds }: ReconciliationReport): Html | string =>
  finishedAt === null
    ? `at work for ${formatDuration(milliseconds)}`
    : html`ended at ${moment(finishedAt)} after ${formatDuration(milliseconds)}`;

const countNames: Record<keyof Counts, string> = {
  match: 'match',
  behind: 'behind',
  missed: 'missed',
  conflict: 'conflict',
  unverifiable: 'unverifiable',
  skipped: 'skipped',
  fixed: 'put right',
  review: 'for review',
};
const columns = [...findings, 'fixed', 'review'] as const;

function kindsOf({ byKind, counts, unreached }: ReconciliationReport): Html {
  const cells = (of: Counts): Html[] => columns.map((name) => html`<td>${formatNumber(of[name])}</td>`);
  const row = (kind: string, of: Counts): Html => html`<tr><th scope="row">${kind}</th>${cells(of)}</tr>\n`;
  const rest = { ...zero(counts), skipped: unreached };
  return html`<div class="table" role="region" aria-label="Records by kind" tabindex="0"><table>
<thead><tr><th scope="col">kind</th>${columns.map((name) => html`<th scope="col">${countNames[name]}</th>`)}</tr></thead>
<tbody>
${byName(byKind).map(([kind, of]) => row(kind, of))}${unreached > 0 ? row('not come to', rest) : ''}</tbody>
<tfoot>
${row('all', counts)}</tfoot>
</table></div>`;
}

const zero = (counts: Counts): Counts => ({ ...counts, ...Object.fromEntries(columns.map((name) => [name, 0])) });

const results: readonly CheckResult[] = ['passed', 'failed', 'untold'];

function checksOf({ byCheck }: ReconciliationReport): Html {
  const checks = byName(byCheck);
  if (checks.length === 0) return html`<p class="quiet">None was made.</p>`;
  return html`<div class="table" role="region" aria-label="Checks" tabindex="0"><table>
<thead><tr><th scope="col">check</th>${results.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>
${checks.map(
  ([check, of]) =>
    html`<tr><th scope="row">${check}</th>${results.map((name) => html`<td>${formatNumber(of[name])}</td>`)}</tr>\n`,
)}</tbody>
</table></div>
<p class="quiet">Untold: it could not be told, which is no pass.</p>`;
}

function samplesOf({ samples }: ReconciliationReport): Html {
  if (samples.length === 0) return html`<p class="quiet">Nothing was found that is to be shown.</p>`;
  return html`<p class="quiet">The first of each finding.</p>
<ul class="samples">
${gravestFirst.flatMap((finding) => samples.filter((sample) => sample.finding === finding)).map(sampleOf)}</ul>`;
}

const gravestFirst: readonly Finding[] = ['missed', 'conflict', 'unverifiable', 'behind', 'match', 'skipped'];

const outcomes: Record<RemedyOutcome, string> = {
  fixed: 'put right',
  'would-fix': 'would be put right',
  review: 'awaits a person',
  unfixed: 'not put right',
};

function sampleOf({ ref, finding, problems, outcome, height, through, conflict }: Sample): Html {
  const became = outcome === null ? '' : `, ${outcomes[outcome]}`;
  const inConflict = conflict === null ? '' : html`; conflict <span class="id">${conflict}</span>`;
  return html`<li><strong class="${finding === 'missed' ? 'bad' : ''}">${countNames[finding]}</strong>${became}:
${ref.kind} <span class="id">${ref.id}</span>
<ul>${problems.map(({ check, problem }) => html`<li>${check}: ${shortened(problem)}</li>`)}</ul>
<p class="quiet">Read at block ${height}, held to be true through block ${through}${inConflict}</p></li>
`;
}

/** Of a sentence that names many keys, the beginning: the whole is in the JSON. */
const shortened = (text: string): string => (text.length <= 400 ? text : `${text.slice(0, 400)}…`);

const byName = <Value>(named: Readonly<Record<string, Value>>): [string, Value][] =>
  Object.entries(named).sort(([one], [other]) => (one < other ? -1 : 1));
