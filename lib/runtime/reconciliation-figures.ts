import { formatDuration, formatNumber, formatPercent } from '../domain/format.ts';
import type { ReconciliationReport } from '../usecases/reconciliation/report.ts';
import { type Html, html, moment } from './html.ts';

interface Figure {
  readonly name: string;
  readonly value: string;
  readonly tone?: 'good' | 'warn' | 'bad' | undefined;
  readonly told: Html | string;
}

/** What is looked at first, in large type. */
export function reconciliationFigures(report: ReconciliationReport): Html {
  return html`<dl class="figures">
${[coverageOf(report), oldestOf(report), ...countsOf(report), costOf(report)].map(
  ({ name, value, tone, told }) =>
    html`<div><dt>${name}</dt><dd class="large ${tone ?? ''}">${value}</dd><dd class="quiet">${told}</dd></div>\n`,
)}</dl>`;
}

const notCounted = { value: 'not counted', told: 'It is counted when a run ends' } as const;

function coverageOf({ coverage }: ReconciliationReport): Figure {
  const name = 'Coverage of the whole store';
  if (coverage === null) return { name, ...notCounted };
  const { records, verified, share, at } = coverage;
  const told = html`${formatNumber(verified)} of ${formatNumber(records)} records held against the chain within 24 hours, at ${moment(at)}`;
  if (share === null) return { name, value: 'no records', tone: 'warn', told };
  return { name, value: formatPercent(share), tone: share === 1 ? 'good' : 'warn', told };
}

function oldestOf({ coverage }: ReconciliationReport): Figure {
  const name = 'Longest unverified';
  if (coverage === null) return { name, ...notCounted };
  const { oldest, oldestSeconds } = coverage;
  if (oldestSeconds === null) return { name, value: 'unknown', tone: 'warn', told: oldest ?? 'There is no record' };
  return {
    name,
    value: formatDuration(oldestSeconds * 1_000),
    tone: oldestSeconds <= aDaySeconds ? 'good' : 'warn',
    told: html`One record was last held against the chain at ${moment(oldest ?? '')}`,
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
      told: block === null ? 'No node could tell a block' : `At block ${block.height}; ${formatNumber(match)} match`,
    },
    {
      name: 'Found otherwise',
      value: formatNumber(wrong),
      tone: missed > 0 ? 'bad' : wrong > 0 ? 'warn' : match > 0 ? 'good' : undefined,
      told: `${formatNumber(behind)} behind, ${formatNumber(missed)} missed, ${formatNumber(conflict)} in conflict`,
    },
    {
      name: 'Not known',
      value: formatNumber(unverifiable + skipped),
      tone: unverifiable + skipped > 0 ? 'warn' : undefined,
      told: `${formatNumber(unverifiable)} nobody could tell, ${formatNumber(unreached)} not come to, ${formatNumber(skipped - unreached)} left alone`,
    },
  ];
}

const costOf = ({ calls, callsAllowed, workMilliseconds }: ReconciliationReport): Figure => ({
  name: 'Calls to nodes',
  value: formatNumber(calls),
  told: `Of ${formatNumber(callsAllowed)} allowed; ${formatDuration(workMilliseconds)} of work`,
});
