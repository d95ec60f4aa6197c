import type { CostCounts } from './counted.ts';
import { hitParts, sumOf } from './per-hit.ts';
import { power, table } from './table.ts';
import { webHitParts } from './web.ts';

/** The other form of the readers. */
export function webSection(counted: CostCounts, loads: readonly number[]): string[] {
  const columns = loads.map((readsPerDay) => webHitParts(counted, readsPerDay));
  const events = loads.map((readsPerDay) => sumOf(hitParts(counted, { readsPerDay, infrequentLogs: true })));
  const sums = columns.map(sumOf);
  const assumed = columns.map((parts) => sumOf(parts.filter(({ isAssumed }) => isAssumed)));
  const factors = events.map((event, index) => 1 + (event - (sums[index] ?? 0)) / (assumed[index] ?? 0));
  const names = columns[0]?.map(({ name }) => name) ?? [];
  return [
    '## Dollars for a million hits, with the readers as one process for many requests',
    '',
    'The readers of a Web Function (`ASTAKE_WEB`, [how to](operations.md#the-readers-as-a-web-function)), whose endpoint needs no gateway. **The rates of Web Functions could not be read**; the first three parts are by',
    'rates that are [assumed](#assumptions). The last row says how many times as high those rates may be until the readers behind the gateway cost the same.',
    '',
    ...table(
      ['part', ...loads.map((load) => `${power(load)} reads a day`), `arithmetic, at ${power(loads[1] as number)}`],
      [
        ...names.map((name, index) => [
          name,
          ...columns.map((parts) => (parts[index]?.dollars ?? 0).toFixed(3)),
          columns[1]?.[index]?.arithmetic ?? '',
        ]),
        ['**sum**', ...sums.map((sum) => `**${sum.toFixed(2)}**`), 'an environment that stands idle all day is in it'],
        ['behind the gateway', ...events.map((event) => event.toFixed(2)), 'from the table above'],
        ['assumed rates may be, times', ...factors.map((factor) => factor.toFixed(1)), ''],
      ],
    ),
    '',
    'There is no access log in it: the endpoint writes none.',
    '',
  ];
}
