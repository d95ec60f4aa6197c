import { type CheckResult, type Counts, type Finding, findings, type RemedyOutcome } from '../domain/reconciliation.ts';
import { formatCount, formatDuration, formatNumber, formatScope } from '../usecases/reconciliation/format.ts';
import { type Html, html, moment, stylesheet } from './html.ts';
import type { ReconciliationAnswer, SampleAnswer } from './reconciliation-answer.ts';
import { reconciliationFigures } from './reconciliation-figures.ts';
import { reportStyle } from './report-style.ts';

/** A report as an HTML page without scripts, and without other resources. */
export const reconciliationPage = (report: ReconciliationAnswer): string =>
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
<p class="quiet">Scope: ${formatScope(report.scope)}. Started by ${starterOf(report)} at ${moment(report.startedAt)}, ${ending(report)}.</p>
</header>
<main>
${sentences('What to do', report.recommendations)}
${sentences(
  'Advice',
  report.advice.map(({ text }) => text),
)}
${reconciliationFigures(report)}
${sentences('Notes', report.notes)}
<h2>Compared with the run before</h2>
${comparisonOf(report)}
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

const sentences = (title: string, texts: readonly string[]): Html =>
  texts.length === 0
    ? html``
    : html`<section class="panel">
<h2>${title}</h2>
<ul>${texts.map((sentence) => html`<li>${withCode(sentence)}</li>\n`)}</ul>
</section>`;

/** Text between backquotes is a command. */
const withCode = (sentence: string): (Html | string)[] =>
  sentence.split('`').map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part));

const starters: Record<ReconciliationAnswer['startedBy'], string> = {
  schedule: 'the schedule',
  operator: 'an operator',
};

/** The principal as it was authenticated: never a name that a request gave. */
const starterOf = ({ startedBy, requestedBy }: ReconciliationAnswer): string =>
  requestedBy === undefined ? starters[startedBy] : `${starters[startedBy]} (${requestedBy})`;

/** A run that leaves a problem is not reported as well, whatever its status. */
function statusOf({ status, progress, reason, dryRun, counts, cancelledBy }: ReconciliationAnswer): Html {
  const shards = `${progress.done} of ${progress.shards} shards done`;
  const by = cancelledBy === undefined ? '' : `: ${cancelledBy}`;
  const why = reason === null ? '' : ` (${reason}${by})`;
  const words = {
    running: `In progress: ${shards}`,
    finished: `Finished${unmended(counts)}`,
    cancelled: `Cancelled${why}: ${shards}`,
    interrupted: `Interrupted${why}: ${shards}`,
  };
  const tone =
    counts.unfixed + counts.missed > 0 ? 'bad' : status === 'finished' && counts.review === 0 ? 'good' : 'warn';
  const dry = dryRun ? html`<p class="status warn">Dry run: nothing was changed</p>` : html``;
  return html`<p class="status ${tone}">${words[status]}</p>
${dry}`;
}

const unmended = ({ unfixed, review, missed }: Counts): string => {
  const parts = [
    unfixed > 0 ? `${formatCount(unfixed, 'record')} not mended` : '',
    review > 0 ? `${formatCount(review, 'record')} for review` : '',
    missed > 0 ? `${formatCount(missed, 'change')} missed` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`;
};

const ending = ({ finishedAt, milliseconds }: ReconciliationAnswer): Html | string =>
  finishedAt === null
    ? `in progress for ${formatDuration(milliseconds)}`
    : html`ended at ${moment(finishedAt)} after ${formatDuration(milliseconds)}`;

const countNames: Record<keyof Counts, string> = {
  match: 'match',
  behind: 'behind',
  missed: 'missed',
  conflict: 'conflict',
  unverifiable: 'unverifiable',
  skipped: 'skipped',
  fixed: 'fixed',
  review: 'for review',
  unfixed: 'not mended',
};
const columns = [...findings, 'fixed', 'review', 'unfixed'] as const;

/** The first column of the outcomes has a border, because an outcome is not one more finding. */
const edgeOf = (name: keyof Counts): Html => (name === 'fixed' ? html` class="outcome"` : html``);

function kindsOf({ byKind, counts, unreached }: ReconciliationAnswer): Html {
  const cells = (of: Counts): Html[] => columns.map((name) => html`<td${edgeOf(name)}>${formatNumber(of[name])}</td>`);
  const row = (kind: string, of: Counts): Html =>
    html`<tr><th scope="row" class="name">${kind}</th>${cells(of)}</tr>\n`;
  const rest = { ...zero(counts), skipped: unreached };
  return html`<div class="table" role="region" aria-label="Records by kind" tabindex="0"><table>
<thead>
<tr><th scope="col" rowspan="2" class="name">kind</th><th scope="colgroup" colspan="${findings.length}" class="group">finding</th><th scope="colgroup" colspan="${columns.length - findings.length}" class="group outcome">outcome</th></tr>
<tr>${columns.map((name) => html`<th scope="col"${edgeOf(name)}>${countNames[name]}</th>`)}</tr>
</thead>
<tbody>
${byName(byKind).map(([kind, of]) => row(kind, of))}${unreached > 0 ? row('not reached', rest) : ''}</tbody>
<tfoot>
${row('all', counts)}</tfoot>
</table></div>`;
}

function comparisonOf({ previous, counts }: ReconciliationAnswer): Html {
  if (previous === null) return html`<p class="quiet">No run of this scope has finished of late.</p>`;
  const { id, finishedAt, dryRun, counts: before, difference } = previous;
  const signed = (count: number): string => (count > 0 ? '+' : count < 0 ? '−' : '') + formatNumber(Math.abs(count));
  return html`<p class="quiet">With ${dryRun ? 'the dry run' : 'run'} <a class="id" href="/v1/reconciliations/${id}">${id}</a>, which ended at ${moment(finishedAt)}.</p>
<div class="table" role="region" aria-label="Compared with the run before" tabindex="0"><table>
<thead><tr><th scope="col" class="name">records</th><th scope="col">now</th><th scope="col">before</th><th scope="col">difference</th></tr></thead>
<tbody>
${columns.map(
  (name) =>
    html`<tr><th scope="row" class="name">${countNames[name]}</th><td>${formatNumber(counts[name])}</td><td>${formatNumber(before[name])}</td><td>${signed(difference[name])}</td></tr>\n`,
)}</tbody>
</table></div>`;
}

const zero = (counts: Counts): Counts => ({ ...counts, ...Object.fromEntries(columns.map((name) => [name, 0])) });

const resultNames: Record<CheckResult, string> = { passed: 'passed', failed: 'failed', untold: 'no result' };
const results = ['passed', 'failed', 'untold'] as const;

function checksOf({ byCheck }: ReconciliationAnswer): Html {
  const checks = byName(byCheck);
  if (checks.length === 0) return html`<p class="quiet">No check was made.</p>`;
  return html`<div class="table" role="region" aria-label="Checks" tabindex="0"><table>
<thead><tr><th scope="col" class="name">check</th>${results.map((name) => html`<th scope="col">${resultNames[name]}</th>`)}</tr></thead>
<tbody>
${checks.map(
  ([check, of]) =>
    html`<tr><th scope="row" class="name">${check}</th>${results.map((name) => html`<td>${formatNumber(of[name])}</td>`)}</tr>\n`,
)}</tbody>
</table></div>
<p class="quiet">No result: the check could not be made, which is not a pass.</p>`;
}

function samplesOf({ samples }: ReconciliationAnswer): Html {
  if (samples.length === 0) return html`<p class="quiet">There are no samples.</p>`;
  return html`<p class="quiet">The first records of each finding.</p>
<ul class="samples">
${gravestFirst.flatMap((finding) => samples.filter((sample) => sample.finding === finding)).map(sampleOf)}</ul>`;
}

const gravestFirst: readonly Finding[] = ['missed', 'conflict', 'unverifiable', 'behind', 'match', 'skipped'];

const outcomes: Record<RemedyOutcome, string> = {
  fixed: 'fixed',
  'would-fix': 'would be fixed',
  asked: 'sync was asked to read it again',
  review: 'awaits a decision',
  unfixed: 'not fixed',
};

function sampleOf(sample: SampleAnswer): Html {
  const { ref, finding, problems, outcome, height, through, conflict, changes, paths } = sample;
  const outcomeText = outcome === null ? '' : `, ${outcomes[outcome]}`;
  const inConflict = conflict === null ? '' : html`; conflict <span class="id">${conflict}</span>`;
  return html`<li><strong class="${finding === 'missed' ? 'bad' : ''}">${countNames[finding]}</strong>${outcomeText}:
${ref.kind} <span class="id">${ref.id}</span>
<ul>${problems.map((one) => html`<li>${one.check}, ${outcomes[one.outcome]}: ${shortened(one.problem)}</li>`)}</ul>
${changesOf(changes)}<p class="quiet">${waysTo(paths)}Read at block ${height}, claimed to be current through block ${through}${inConflict}</p></li>
`;
}

const changesOf = (changes: SampleAnswer['changes']): Html | '' =>
  changes.length === 0
    ? ''
    : html`<dl class="changes">
${changes.map(({ field, before, after }) => html`<dt>${field}</dt><dd><del>${before}</del> → <ins>${after}</ins></dd>\n`)}</dl>
`;

const waysTo = (paths: SampleAnswer['paths']): Html | '' =>
  paths === null ? '' : html`<a href="${paths.path}">Record</a>, <a href="${paths.history}">history</a>. `;

/** Cuts a sentence that names many keys; the JSON report has all of it. */
const shortened = (text: string): string => (text.length <= 400 ? text : `${text.slice(0, 400)}…`);

const byName = <Value>(named: Readonly<Record<string, Value>>): [string, Value][] =>
  Object.entries(named).sort(([a], [b]) => (a < b ? -1 : 1));
