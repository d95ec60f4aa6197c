import { tableName, tableNames, tables } from '../../lib/store/tables.ts';
import { throttlesOf } from './alarms/of-store.ts';
import type { Line, PlatformChart } from './chart.ts';
import { ofAws, tableAndIndexes, type Watched } from './figure.ts';

/** A line for each table and each index. */
export const consumedOf = (watched: Pick<Watched, 'tables'>, name: string): Line[] =>
  tableNames.flatMap((table) =>
    tableAndIndexes(table, watched).map(({ label, dimensions }) => ({
      metric: ofAws('DynamoDB', name, 'Sum', dimensions),
      label,
    })),
  );

/** What each table and index takes, refuses and how long it needs. */
export function storeCharts(watched: Watched): PlatformChart[] {
  const latency = (operation: string): Line[] =>
    tableNames.map((table) => ({
      metric: ofAws('DynamoDB', 'SuccessfulRequestLatency', 'p99', {
        TableName: tableName(watched.tables, table),
        Operation: operation,
      }),
      label: table,
    }));
  return [
    {
      row: 'store',
      title: 'Units read',
      unit: 'units',
      isStacked: true,
      lines: consumedOf(watched, 'ConsumedReadCapacityUnits'),
    },
    {
      row: 'store',
      title: 'Units written',
      unit: 'units',
      isStacked: true,
      lines: consumedOf(watched, 'ConsumedWriteCapacityUnits'),
    },
    {
      row: 'store',
      title: 'Throttled',
      unit: 'count',
      lines: tableNames.flatMap((table) =>
        throttlesOf(table, watched).map((metric) => ({
          metric,
          label: `${table} ${metric.dimensions.GlobalSecondaryIndexName ?? ''} ${metric.name.replace('ThrottleEvents', '')}`,
        })),
      ),
    },
    { row: 'store', title: 'Latency of GetItem, 99 %', unit: 'milliseconds', lines: latency('GetItem') },
    {
      row: 'store',
      title: 'Latency of TransactWriteItems, 99 %',
      unit: 'milliseconds',
      lines: latency('TransactWriteItems'),
    },
    {
      row: 'store',
      title: 'Items that have expired',
      unit: 'count',
      lines: tableNames
        .filter((table) => 'ttl' in tables[table])
        .map((table) => ({
          metric: ofAws('DynamoDB', 'TimeToLiveDeletedItemCount', 'Sum', {
            TableName: tableName(watched.tables, table),
          }),
          label: table,
        })),
    },
  ];
}
