import type { Service } from '../../lib/domain/service.ts';
import { readConfig } from '../../lib/runtime/config.ts';
import { createService } from '../../lib/runtime/service.ts';
import { definitionOf, lookup } from '../../lib/usecases/reading/lookup.ts';
import type { Local } from '../support/local.ts';
import type { Row } from './row.ts';

const herds = [
  { readers: 200, instances: 1, token: 'prints:herd' },
  { readers: 200, instances: 10, token: 'prints:herd-of-ten' },
  { readers: 1_000, instances: 20, token: 'prints:herd-of-twenty' },
] as const;

/** Many readers of one uncached key at the same moment, in processes that have just started. */
export async function herd(local: Local): Promise<Row[]> {
  const rows: Row[] = [];
  for (const options of herds) rows.push(...(await herdOf(options, local)));
  return rows;
}

async function herdOf({ readers, instances, token }: (typeof herds)[number], local: Local): Promise<Row[]> {
  let reads = 0;
  const services = Array.from({ length: instances }, (): Service => {
    const running = createService(readConfig(process.env));
    return {
      ...running,
      chain: {
        ...running.chain,
        at(...given) {
          reads += 1;
          return running.chain.at(...given);
        },
      },
    };
  });
  const [service] = services as [Service];
  const id = definitionOf({ kind: 'asset' }, service).canonicalId(token);
  local.node.resetCalls();
  const answers = await Promise.all(
    Array.from({ length: readers }, (_, reader) =>
      lookup({ kind: 'asset', id }, { noCache: false, onlyIfCached: false }, services[reader % instances] ?? service),
    ),
  );
  const { total, byMethod } = local.node.calls();
  const blocks = new Set(answers.map(({ block }) => block.height)).size;
  const where = instances === 1 ? 'in one process' : `on ${instances} instances`;
  const bench = `herd: ${readers} cold readers of one asset ${where}`;
  return [
    {
      bench,
      counts: 'chain reads',
      figure: String(reads),
      against: '1',
      goal: '<= 2',
      met: reads <= 2 && blocks === 1,
      detail: `${answers.length} answers as of ${blocks} block`,
    },
    {
      bench,
      counts: 'calls',
      figure: String(total),
      against: '',
      detail: Object.entries(byMethod)
        .map(([method, times]) => `${times} ${method}`)
        .join(', '),
    },
  ];
}
