import { type TableName, tableName, tableNames } from '../../../lib/store/tables.ts';
import { streams } from '../../manifest.ts';
import { prices } from '../../prices.ts';
import { type AlarmDescription, hours, minutes } from '../alarm.ts';
import { answersIn, type MetricOf, ofAws, ofFunction, ofQueue, own, tableAndIndexes, type Watched } from '../figure.ts';

/** Do the tables and their streams keep up? */
export function storeAlarms(watched: Watched): AlarmDescription[] {
  return [
    ...tableNames.map((table) => throttledTable(table, watched)),
    ...(watched.monthlyDollars === 0 ? [] : [money(watched)]),
    {
      id: 'store-failed',
      level: 'ticket',
      means:
        'The database fails or is late for more than one answer in a hundred: answers come from the chain, and cost calls to nodes.',
      runbook: 'lambda-or-dynamodb-throttles',
      figure: { kind: 'share', of: [own(watched, 'StoreFailed')], among: answersIn(watched), moreThan: 20 },
      breaches: '>',
      threshold: 1,
      periodSeconds: minutes(5),
      periods: [1, 1],
    },
    {
      id: 'save-failed',
      level: 'ticket',
      means: 'What was read from the chain could not be saved.',
      runbook: 'lambda-or-dynamodb-throttles',
      figure: { kind: 'metric', metric: own(watched, 'SaveFailed') },
      breaches: '>=',
      threshold: 5,
      periodSeconds: minutes(5),
      periods: [1, 1],
    },
    {
      id: 'ttl-stopped',
      level: 'ticket',
      means: 'For a day no entry of the cache was removed by its time to live: the table grows without an end.',
      runbook: 'expired-items-stay',
      figure: {
        kind: 'metric',
        metric: ofAws('DynamoDB', 'TimeToLiveDeletedItemCount', 'Sum', {
          TableName: tableName(watched.tables, 'cache'),
        }),
      },
      breaches: '<',
      threshold: 1,
      periodSeconds: hours(24),
      periods: [1, 1],
      missing: 'breaching',
    },
    ...streams.flatMap(({ function: name }) => streamAges(name, watched)),
    {
      id: 'dead-letters',
      level: 'page',
      means: `A function has given up on changes of a table, and their queue has them: ${streams.map(({ deadLetters }) => deadLetters).join(', ')}. The changes themselves can be read for a day.`,
      runbook: 'messages-in-a-dead-letter-queue',
      figure: {
        kind: 'sum',
        metrics: streams.map(({ deadLetters }) => ofQueue(watched, deadLetters)),
      },
      breaches: '>=',
      threshold: 1,
      periodSeconds: minutes(5),
      periods: [1, 1],
      always: true,
    },
    {
      id: 'outbox-stuck',
      level: 'ticket',
      means: 'An event has waited for more than ten minutes, and the bus did not take it.',
      runbook: 'messages-in-a-dead-letter-queue',
      figure: { kind: 'metric', metric: own(watched, 'OutboxOldestSeconds', 'Maximum') },
      breaches: '>',
      threshold: 600,
      periodSeconds: minutes(20),
      periods: [1, 1],
    },
    {
      id: 'webhook-paused',
      level: 'ticket',
      means: 'A webhook was paused, because its receiver has failed for too long or wants no more.',
      runbook: 'a-webhook-fails-or-was-paused',
      figure: { kind: 'metric', metric: own(watched, 'WebhookPaused') },
      breaches: '>=',
      threshold: 1,
      periodSeconds: minutes(5),
      periods: [1, 1],
    },
  ];
}

/** What readers can make the service write, by as many metrics as an alarm takes. Writes of indexes go with them. */
const writtenByReaders: readonly TableName[] = [
  'records',
  'listings',
  'audit',
  'conflicts',
  'outbox',
  'watches',
  'cache',
  'progress',
  'budgets',
  'explanations',
];

const hoursPerMonth = 730;

/** The bill itself is known half a day later, and in one region alone. Writes cost most, and are known in the same minute. */
function money(watched: Watched): AlarmDescription {
  const dollarsPerHour = watched.monthlyDollars / hoursPerMonth;
  return {
    id: 'money',
    level: 'ticket',
    means: 'Tables are written at a pace that alone would use the budget of the month.',
    runbook: 'the-bill-grows',
    figure: {
      kind: 'sum',
      metrics: writtenByReaders.map((table) =>
        ofAws('DynamoDB', 'ConsumedWriteCapacityUnits', 'Sum', { TableName: tableName(watched.tables, table) }),
      ),
    },
    breaches: '>',
    threshold: Math.round((dollarsPerHour / prices.dynamo.perMillionWrites) * 1e6),
    periodSeconds: hours(1),
    periods: [2, 2],
  };
}

/** Throttled reads and writes of a table and of each of its indexes. */
export const throttlesOf = (table: TableName, watched: Pick<Watched, 'tables'>): MetricOf[] =>
  tableAndIndexes(table, watched).flatMap(({ dimensions }) =>
    ['ReadThrottleEvents', 'WriteThrottleEvents'].map((name) => ofAws('DynamoDB', name, 'Sum', dimensions)),
  );

const throttledTable = (table: TableName, watched: Watched): AlarmDescription => ({
  id: `store-throttled-${table}`,
  level: 'ticket',
  means: `DynamoDB refuses requests to the table ${table} or to one of its indexes: a partition is too hot, or the account is at its limit.`,
  runbook: 'lambda-or-dynamodb-throttles',
  figure: { kind: 'sum', metrics: throttlesOf(table, watched) },
  breaches: '>=',
  threshold: 1,
  periodSeconds: minutes(1),
  periods: [2, 5],
});

function streamAges(name: string, watched: Watched): AlarmDescription[] {
  const metric = ofFunction(watched, name, 'IteratorAge', 'Maximum');
  const common = {
    runbook: 'messages-in-a-dead-letter-queue',
    figure: { kind: 'metric', metric },
    breaches: '>',
    periodSeconds: minutes(1),
    periods: [5, 5],
  } as const;
  return [
    {
      ...common,
      id: `stream-late-${name}`,
      level: 'ticket',
      means: `${name} is more than a minute behind the changes of its table.`,
      threshold: 60_000,
    },
    {
      ...common,
      id: `stream-lost-${name}`,
      level: 'page',
      means: `${name} is more than six hours behind the changes of its table, which forgets them after a day.`,
      threshold: 21_600_000,
    },
  ];
}
