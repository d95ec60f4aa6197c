import { formatDuration, formatNumber, formatPercent } from '../usecases/reconciliation/format.ts';
import type { ReconciliationReport } from '../usecases/reconciliation/report.ts';
import { type Html, html, moment } from './html.ts';

interface Figure {
  readonly name: string;
  readonly value: string;
  readonly tone?: 'good' | 'warn' | 'bad' | undefined;
  readonly detail: Html | string;
}

/** The main figures, in large type. */
export function reconciliationFigures(report: ReconciliationReport): Html {
  return html`<dl class="figures">
${[coverageOf(report), oldestOf(report), ...countsOf(report), costOf(report)].map(
  ({ name, value, tone, detail }) =>
    html`<div><dt>${name}</dt><dd class="large ${tone ?? ''}">${value}</dd><dd class="quiet">${detail}</dd></div>\n`,
)}</dl>`;
}

const notCounted = { value: 'not counted', detail: 'Counted at the end of a run' } as const;

function coverageOf({ coverage }: ReconciliationReport): Figure {
  const name = 'Coverage of the whole store';
  if (coverage === null) return { name, ...notCounted };
  const { records, verified, share, at } = coverage;
  const detail = html`${formatNumber(verified)} of ${formatNumber(records)} records were verified in the 24 hours before ${moment(at)}, by any run, lookup or sync`;
  if (share === null) return { name, value: 'no records', tone: 'warn', detail };
  return { name, value: formatPercent(share), tone: share === 1 ? 'good' : 'warn', detail };
}

function oldestOf({ coverage }: ReconciliationReport): Figure {
  const name = 'Oldest verification';
  if (coverage === null) return { name, ...notCounted };
  const { oldest, oldestSeconds } = coverage;
  if (oldestSeconds === null) return { name, value: 'unknown', tone: 'warn', detail: oldest ?? 'There are no records' };
  return {
    name,
    value: formatDuration(oldestSeconds * 1_000),
    tone: oldestSeconds <= aDaySeconds ? 'good' : 'warn',
    detail: html`One record was last verified at ${moment(oldest ?? '')}`,
  };
}

const aDaySeconds = 86_400;

function countsOf({ records, block, counts, unreached }: ReconciliationReport): Figure[] {
  const { match, behind, missed, conflict, unverifiable, skipped } = counts;
  const wrong = behind + missed + conflict;
  return [
    {
      name: 'Records compared',
      value: formatNumber(records - unverifiable),
      detail:
        block === null ? 'No node was able to name a block' : `At block ${block.height}; ${formatNumber(match)} match`,
    },
    {
      name: 'Differences',
      value: formatNumber(wrong),
      tone: missed > 0 ? 'bad' : wrong > 0 ? 'warn' : match > 0 ? 'good' : undefined,
      detail: `${formatNumber(behind)} behind, ${formatNumber(missed)} missed, ${formatNumber(conflict)} in conflict`,
    },
    {
      name: 'Not verified',
      value: formatNumber(unverifiable + skipped),
      tone: unverifiable + skipped > 0 ? 'warn' : undefined,
      detail: `${formatNumber(unverifiable)} unverifiable, ${formatNumber(unreached)} not reached, ${formatNumber(skipped - unreached)} skipped`,
    },
  ];
}

const costOf = ({ calls, callsAllowed, workMilliseconds }: ReconciliationReport): Figure => ({
  name: 'Calls to nodes',
  value: formatNumber(calls),
  detail: `Of ${formatNumber(callsAllowed)} allowed; ${formatDuration(workMilliseconds)} summed over shards`,
});
