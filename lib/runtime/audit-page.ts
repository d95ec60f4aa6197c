import type { AuditEntry } from '../domain/record.ts';
import type { AuditReport, AuditSummary } from '../usecases/audit/audit-report.ts';
import type { StoredCoverage } from '../usecases/audit/stored-coverage.ts';
import { formatNumber, formatPercent } from '../usecases/reconciliation/format.ts';
import type { AuditHeading } from './audit-heading.ts';
import { auditStyle } from './audit-style.ts';
import { type Html, html, moment, stylesheet } from './html.ts';

export interface AuditPage {
  readonly heading: AuditHeading;
  readonly page: AuditReport<Html>;
  readonly coverage: StoredCoverage | null;
  /** The moment at which this page begins. */
  readonly from: string;
  /** The path of the next page; null: this is the last one. */
  readonly next: string | null;
}

/** One page of the audit report for a person, to print: no script, no other resource. What is broken comes first. */
export const auditPage = ({ heading, page, coverage, from, next }: AuditPage): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Audit report ${heading.from.slice(0, 10)} to ${heading.until.slice(0, 10)}, ${heading.service.network}</title>
${stylesheet(auditStyle)}
</head>
<body>
<header>
<h1>Audit report: ${heading.service.network}, ${heading.service.environment}</h1>
${verdictOf(page.summary)}
<p>From ${moment(heading.from)} to ${moment(heading.until)}, the end excluded.</p>
<p class="quiet">${partOf(from, page.next, heading)}</p>
<p class="quiet">Asked for by <span class="id">${heading.askedBy}</span> at ${moment(heading.askedAt)}. ${heading.service.name} ${heading.service.version}, rules of version ${heading.service.logicVersion}.</p>
</header>
<main>
${brokenOf(page)}
${coverageOf(coverage)}
<h2>Counts of this page</h2>
<dl class="figures">
<div><dt>Entries</dt><dd class="large">${formatNumber(page.summary.entries)}</dd></div>
<div><dt>Trails</dt><dd class="large">${formatNumber(page.summary.trails)}</dd></div>
<div><dt>Broken trails</dt><dd class="large">${formatNumber(page.summary.brokenTrails)}</dd></div>
</dl>
${countsOf('Principals', 'principal', page.summary.byActor)}
${countsOf('Causes', 'cause', page.summary.byCause)}
${countsOf('Kinds', 'kind', page.summary.byKind)}
<h2>Changes</h2>
${changesOf(page.rows)}
${next === null ? html`<p class="quiet">This is the last page.</p>` : html`<p><a href="${next}" rel="next">Next page</a></p>`}
</main>
</body>
</html>
`.text;

const partOf = (from: string, next: string | null, heading: AuditHeading): Html =>
  from === heading.from && next === null
    ? html`This page has the whole span.`
    : html`This page goes from ${moment(from)} to ${moment(next ?? heading.until)}${next === null ? ', the end of the span' : '; the next page goes on from there'}.`;

const verdictOf = ({ chainsWhole, brokenTrails, trails }: AuditSummary): Html =>
  chainsWhole
    ? html`<p class="status good">All ${formatNumber(trails)} trails of this page are whole</p>`
    : html`<p class="status bad">${formatNumber(brokenTrails)} of ${formatNumber(trails)} trails of this page are broken</p>`;

const brokenOf = ({ broken, summary }: AuditReport<Html>): Html =>
  broken.length === 0
    ? html``
    : html`<section class="panel">
<h2>Broken trails</h2>
<ul>${broken.map(({ ref, sequence, problem }) => html`<li><strong class="bad">${ref.kind}</strong> <span class="id">${ref.id}</span>, entry ${sequence}: ${problem}</li>\n`)}</ul>
<p class="quiet">The first problems of ${formatNumber(summary.brokenTrails)} broken trails.</p>
</section>`;

const coverageOf = (coverage: StoredCoverage | null): Html =>
  html`<h2>Coverage of reconciliation</h2>
${
  coverage === null
    ? html`<p>No run of reconciliation had ended before the end of the span.</p>`
    : html`<p>${coverage.share === null ? 'There were no records' : `${formatPercent(coverage.share)}: ${formatNumber(coverage.verified)} of ${formatNumber(coverage.records)} records had been compared with the chain within 24 hours`}, counted at ${moment(coverage.at)} by run <a class="id" href="/v1/reconciliations/${coverage.run}">${coverage.run}</a>.</p>`
}`;

const countsOf = (title: string, head: string, counts: Readonly<Record<string, number>>): Html =>
  Object.keys(counts).length === 0
    ? html``
    : html`<h2>${title}</h2>
<div class="table" role="region" aria-label="${title}" tabindex="0"><table class="entries">
<thead><tr><th scope="col">${head}</th><th scope="col" class="number">entries</th></tr></thead>
<tbody>
${Object.entries(counts)
  .sort(([a, most], [b, least]) => least - most || (a < b ? -1 : 1))
  .map(
    ([name, count]) => html`<tr><th scope="row">${name}</th><td class="number">${formatNumber(count)}</td></tr>\n`,
  )}</tbody>
</table></div>`;

const changesOf = (rows: readonly Html[]): Html =>
  rows.length === 0
    ? html`<p class="quiet">Nothing was changed in this span.</p>`
    : html`<div class="table" role="region" aria-label="Changes" tabindex="0"><table class="entries">
<thead><tr><th scope="col">time</th><th scope="col">what</th><th scope="col" class="cause">cause, principal</th><th scope="col">before → after</th><th scope="col">block</th></tr></thead>
<tbody>
${rows}</tbody>
</table></div>`;

/** One entry as a row of the table. Long values are cut: the JSON report has all of them. */
export function auditPageRow(entry: AuditEntry, problem: string | null): Html {
  const { ref, sequence, cause, actor, block, timestamp, digest } = entry;
  const where =
    block === null
      ? html`none`
      : html`${block.height}<br>${moment(block.timestamp)}<div class="digest">${block.hash}</div>`;
  return html`<tr>
<td>${moment(timestamp)}</td>
<th scope="row">${ref.kind} <span class="id">${ref.id}</span><br>entry ${sequence}<div class="digest">${digest}</div>${problem === null ? '' : html`<strong class="bad">${problem}</strong>`}</th>
<td class="cause">${cause}<br><span class="id">${actor}</span></td>
<td>${fieldsOf(entry)}</td>
<td>${where}</td>
</tr>
`;
}

function fieldsOf({ before, after }: AuditEntry): Html | string {
  const [old, now] = [membersOf(before), membersOf(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])].sort();
  if (names.length === 0) return 'no fields';
  return html`<dl class="changes">${names.map((name) => html`<dt>${name}</dt><dd><del>${old.get(name) ?? 'none'}</del> → <ins>${now.get(name) ?? 'none'}</ins></dd>`)}</dl>`;
}

const membersOf = (value: object | null): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(value ?? {}).map(([name, one]) => [
      name,
      shortened(typeof one === 'string' ? one : JSON.stringify(one)),
    ]),
  );

const shortened = (text: string): string => (text.length <= 200 ? text : `${text.slice(0, 200)}…`);
