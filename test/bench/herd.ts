import type { Service } from '../../lib/domain/service.ts';
import { readConfig } from '../../lib/runtime/config.ts';
import { createService } from '../../lib/runtime/service.ts';
import { definitionOf, lookup } from '../../lib/usecases/lookup.ts';
import type { Local } from '../support/local.ts';
import type { Row } from './row.ts';

const readers = 200;

/** Many cold readers of one key at the same moment, in one process that has read nothing yet. */
export async function herd(local: Local): Promise<Row[]> {
  const running = createService(readConfig(process.env));
  let reads = 0;
  const service: Service = {
    ...running,
    chain: {
      ...running.chain,
      at(...given) {
        reads += 1;
        return running.chain.at(...given);
      },
    },
  };
  const id = definitionOf({ kind: 'asset' }, service).canonicalId('prints:herd');
  local.node.resetCalls();
  const answers = await Promise.all(
    Array.from({ length: readers }, () =>
      lookup({ kind: 'asset', id }, { noCache: false, onlyIfCached: false }, service),
    ),
  );
  const { total, byMethod } = local.node.calls();
  const blocks = new Set(answers.map(({ block }) => block.height)).size;
  const bench = `herd: ${readers} cold readers of one asset in one process`;
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
