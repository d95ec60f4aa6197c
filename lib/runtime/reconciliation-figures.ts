import { duration, number, percent } from '../usecases/reconciliation/in-words.ts';
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
  const told = html`${number(verified)} of ${number(records)} records held against the chain within 24 hours, at ${moment(at)}`;
  if (share === null) return { name, value: 'no records', tone: 'warn', told };
  return { name, value: percent(share), tone: share === 1 ? 'good' : 'warn', told };
}

function oldestOf({ coverage }: ReconciliationReport): Figure {
  const name = 'Longest unverified';
  if (coverage === null) return { name, ...notCounted };
  const { oldest, oldestSeconds } = coverage;
  if (oldestSeconds === null) return { name, value: 'unknown', tone: 'warn', told: oldest ?? 'There is no record' };
  return {
    name,
    value: duration(oldestSeconds * 1_000),
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
      value: number(records - unverifiable),
      told: block === null ? 'No node could tell a block' : `At block ${block.height}; ${number(match)} match`,
    },
    {
      name: 'Found otherwise',
      value: number(wrong),
      tone: missed > 0 ? 'bad' : wrong > 0 ? 'warn' : match > 0 ? 'good' : undefined,
      told: `${number(behind)} behind, ${number(missed)} missed, ${number(conflict)} in conflict`,
    },
    {
      name: 'Not known',
      value: number(unverifiable + skipped),
      tone: unverifiable + skipped > 0 ? 'warn' : undefined,
      told: `${number(unverifiable)} nobody could tell, ${number(unreached)} not come to, ${number(skipped - unreached)} left alone`,
    },
  ];
}

const costOf = ({ calls, callsAllowed, workMilliseconds }: ReconciliationReport): Figure => ({
  name: 'Calls to nodes',
  value: number(calls),
  told: `Of ${number(callsAllowed)} allowed; ${duration(workMilliseconds)} of work`,
});
