import { namePrefix } from '../../lib/runtime/names.ts';
import { type Table, tableName, tableNames, tables } from '../../lib/store/tables.ts';
import { throttlesOf } from './alarms/of-store.ts';
import type { Chart, Line } from './chart.ts';
import { ofAws, type Watched } from './figure.ts';

/** A line for each table and each index. */
export function consumedOf(environment: string, name: string): Line[] {
  return tableNames.flatMap((table) => {
    const TableName = tableName(namePrefix(environment), table);
    const { indexes = [] }: Table = tables[table];
    return [
      { metric: ofAws('DynamoDB', name, 'Sum', { TableName }), label: table },
      ...indexes.map(({ name: index }) => ({
        metric: ofAws('DynamoDB', name, 'Sum', { TableName, GlobalSecondaryIndexName: index }),
        label: `${table} ${index}`,
      })),
    ];
  });
}

/** What each table and index takes, refuses and how long it needs. */
export function storeCharts({ environment }: Watched): Chart[] {
  const latency = (operation: string): Line[] =>
    tableNames.map((table) => ({
      metric: ofAws('DynamoDB', 'SuccessfulRequestLatency', 'p99', {
        TableName: tableName(namePrefix(environment), table),
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
      lines: consumedOf(environment, 'ConsumedReadCapacityUnits'),
    },
    {
      row: 'store',
      title: 'Units written',
      unit: 'units',
      isStacked: true,
      lines: consumedOf(environment, 'ConsumedWriteCapacityUnits'),
    },
    {
      row: 'store',
      title: 'Throttled',
      unit: 'count',
      lines: tableNames.flatMap((table) =>
        throttlesOf(table, environment).map((metric) => ({
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
            TableName: tableName(namePrefix(environment), table),
          }),
          label: table,
        })),
    },
  ];
}
