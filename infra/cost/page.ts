import { assumptions } from '../assumptions.ts';
import { prices } from '../prices.ts';
import { type CostCounts, operationNames } from './counted.ts';
import { type Limit, limitsOf } from './limits.ts';
import { dailyCalls, dailyEvents, type LoadStep, monthOf } from './month.ts';
import { hitParts, secondsPerDay, sumOf, transferPerMillion } from './per-hit.ts';
import { power, table } from './table.ts';
import { watchingCosts } from './watching.ts';
import { webSection } from './web-section.ts';

const goal = 1.5;
const loads = [1e5, 1e7, 1e9];
const stores = [1e4, 1e6, 1e8];
const steps: readonly LoadStep[] = loads.flatMap((readsPerDay) => stores.map((records) => ({ readsPerDay, records })));

/** docs/cost.md. */
export function costPage(counted: CostCounts): string {
  return [
    introduction,
    ...perMillion(counted),
    ...webSection(counted, loads),
    ...months(counted),
    ...firstLimits(counted),
    ...operations(counted),
    ...inputs(),
  ].join('\n');
}

const introduction = `# Cost

Printed by \`npm run -s cost\` from what \`npm run bench -- cost\` counts (\`infra/cost/counted.json\`), from list prices (\`infra/prices.ts\`) and from
[assumptions](#assumptions). It is arithmetic, no bill: nothing here was measured on AWS. \`test/docs/cost.test.ts\` holds this page against the program.
The embedded engine reports capacity by DynamoDB's rules.
`;

function perMillion(counted: CostCounts): string[] {
  const columns = loads.map((readsPerDay) => hitParts(counted, { readsPerDay, infrequentLogs: true }));
  const names = columns[0]?.map(({ name }) => name) ?? [];
  const row = (index: number) => columns.map((parts) => (parts[index]?.dollars ?? 0).toFixed(3));
  const sums = columns.map(sumOf);
  const arithmetic = columns[1]?.map((part) => part.arithmetic) ?? [];
  return [
    '## Dollars for a million hits',
    '',
    ...table(
      ['part', ...loads.map((load) => `${power(load)} reads a day`), `arithmetic, at ${power(loads[1] as number)}`],
      [
        ...names.map((name, index) => [name, ...row(index), arithmetic[index] ?? '']),
        ['**sum**', ...sums.map((sum) => `**${sum.toFixed(2)}**`), `goal: at most ${goal.toFixed(2)}`],
        [
          'goal',
          ...sums.map((sum) => (sum <= goal ? 'met' : 'missed')),
          `met from ${reachedFrom(counted)} reads a day on`,
        ],
      ],
    ),
    '',
    `Callers on the internet cost ${transferPerMillion(counted).toFixed(2)} more for a million answers of ${counted.answerBytes} bytes; callers in the region do not.`,
    'At few reads the sum for a million is higher, since nearly every hit is the first one of its second, and the bill is low: see below. What remains above the goal is the price of the gateway.',
    '',
    ...levers(counted),
  ];
}

/** What was done, and what would be next, each at 10⁷ reads a day. */
function levers(counted: CostCounts): string[] {
  const at = { readsPerDay: loads[1] as number, infrequentLogs: true };
  const now = sumOf(hitParts(counted, at));
  const standard = sumOf(hitParts(counted, { ...at, infrequentLogs: false })) - now;
  const lineBytes = counted.hitLog.bytes / counted.hitLog.lines + 26;
  return [
    'What makes it what it is, in dollars for a million hits:',
    '',
    ...table(
      ['', 'dollars'],
      [
        [
          'done: hits have one metric line a minute and process, and not one each',
          `−${((lineBytes * prices.logs.perGb) / 1e3).toFixed(2)}`,
        ],
        ['done: no trace for 5 % of the hits', `−${(0.05 * prices.xray.perMillionTraces).toFixed(2)}`],
        ['done: the access log is in the infrequent access class', `−${standard.toFixed(2)}`],
        [
          'not done: half the memory for `get-entity`, where time is spent waiting; cold starts would take longer',
          `−${((assumptions.hitMs.value / 1000) * prices.lambda.perGbSecond * 5e5).toFixed(2)}`,
        ],
        [
          'not assumed: half of the hits come from the memory of a process',
          `−${(0.5 * counted.operations.hit.reads * prices.dynamo.perMillionReads).toFixed(2)}`,
        ],
      ],
    ),
    '',
  ];
}

/** The least load at which a million hits cost no more than the goal. */
function reachedFrom(counted: CostCounts): string {
  for (let readsPerDay = 1e6; readsPerDay <= 1e9; readsPerDay += 1e6) {
    if (sumOf(hitParts(counted, { readsPerDay, infrequentLogs: true })) <= goal) return `${readsPerDay / 1e6} million`;
  }
  return 'no number of';
}

function months(counted: CostCounts): string[] {
  const rows = steps.map((step) => {
    const parts = monthOf(step, counted);
    return [
      power(step.readsPerDay),
      power(step.records),
      ...parts.map(({ dollars }) => whole(dollars)),
      `**${whole(sumOf(parts))}**`,
    ];
  });
  const names = monthOf(steps[0] as LoadStep, counted).map(({ name }) => name);
  return [
    '## Dollars a month',
    '',
    'Reads are spread evenly over the records, which makes the most of them distinct: an upper bound. *Publishing* is of the first value of each record and of each change. Data transfer to callers is not in it, nor what rules of consumers and deliveries of webhooks cost.',
    `*Fixed* is the same at every load: a key, state machines, and watching: ${watchingCosts}.`,
    '',
    ...table(['reads a day', 'records', ...names, 'sum'], rows),
    '',
  ];
}

function firstLimits(counted: CostCounts): string[] {
  const rows = steps.map((step) => {
    const events = dailyEvents(step, counted);
    const limits = limitsOf(step, counted);
    const [nearest] = limits as [Limit];
    const reached = limits.filter(({ demand, bears }) => demand > bears);
    const used = nearest.demand / nearest.bears;
    return [
      power(step.readsPerDay),
      power(step.records),
      whole(events.cold / secondsPerDay),
      (dailyCalls(step, counted).reading / secondsPerDay).toFixed(1),
      `${Math.min(100, (100 * events.reconciled) / events.tracked).toFixed(events.reconciled < events.tracked / 10 ? 1 : 0)} %`,
      reached.length === 0
        ? `none; nearest: ${nearest.name} (${(100 * used).toFixed(0)} %)`
        : reached.map(({ name, demand, bears }) => `${name}: ${whole(demand)} of ${whole(bears)}`).join('; '),
      reached.length === 0 ? '–' : reached.map(({ remedy }) => remedy).join('; '),
    ];
  });
  return [
    '## The first limit at each step',
    '',
    'The limits of `infra/cost/limits.ts` that the load reaches, the one that is exceeded most first. Renewals of dates need no node.',
    '',
    ...table(
      [
        'reads a day',
        'records',
        'cold reads a second',
        'calls to nodes a second, without reconciliation',
        'compared within 24 h',
        'first limit',
        'what is done about it',
      ],
      rows,
    ),
    '',
  ];
}

function operations({ operations: counted, storedBytes, hitLog, coldLog, tickLog }: CostCounts): string[] {
  return [
    '## What is counted',
    '',
    ...table(
      ['operation', 'store requests', 'RRU', 'WRU', 'of them refused', 'calls to nodes'],
      Object.entries(operationNames).map(([name, text]) => {
        const { requests, reads, writes, refused, calls } = counted[name as keyof typeof operationNames];
        return [text, requests, reads, Math.round((writes + refused) * 100) / 100, refused, calls].map(String);
      }),
    ),
    '',
    `A tracked record takes ${storedBytes.all} bytes in all tables, ${storedBytes.restorable} of them in tables whose past can be restored. Log of a process: ${hitLog.lines} line of ${hitLog.bytes} bytes for 200 hits within a minute, ${coldLog.lines} lines of ${coldLog.bytes} bytes for a cold read, ${tickLog.lines} of ${tickLog.bytes} bytes for a tick.`,
    '',
  ];
}

function inputs(): string[] {
  return [
    '## Assumptions',
    '',
    ...table(
      ['', 'value', 'source'],
      Object.entries(assumptions).map(([name, { value, unit, why }]) => [`\`${name}\``, `${value} ${unit}`, why]),
    ),
    '',
    '## Prices',
    '',
    'us-east-1, on demand, without free tiers and discounts.',
    '',
    ...table(
      ['', 'dollars'],
      Object.values(prices).map(({ source, ...rates }) => [
        source,
        Object.entries(rates)
          .map(([name, rate]) => `${name} ${rate}`)
          .join(', '),
      ]),
    ),
    '',
  ];
}

const whole = (value: number): string =>
  value.toLocaleString('en-US', { maximumFractionDigits: value < 10 && value > 0 ? 1 : 0 });
