import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Row } from '../row.ts';

const childFile = join(import.meta.dirname, 'flat-child.ts');

const few = 1_000;
const many = 100_000;
/** As much as one reference to a record takes: with less, none is kept. */
const reference = 8;

/** What a run takes, with few and with many records: the heap beside what the tables hold, and requests per record. */
export async function flatness(): Promise<Row[]> {
  const [small, large] = await Promise.all([swept(few), swept(many)]);
  const bytesEach = (1024 * (large.kilobytes - small.kilobytes)) / (large.records - small.records);
  const perRecord = (counts: 'calls' | 'store requests', name: string, detail: string): Row => {
    const [figure, against] = [large, small].map((one) => one[counts] / one.records) as [number, number];
    return {
      bench: `reconciliation: ${name} per record, ${many} records over ${few}`,
      counts,
      figure: figure.toFixed(2),
      against: against.toFixed(2),
      ratio: figure / against,
      goal: '<= 1.00',
      met: figure <= against,
      detail,
    };
  };
  return [
    {
      bench: `reconciliation: heap in use above what was there before, ${many} records over ${few}`,
      counts: 'KB',
      figure: String(large.kilobytes),
      against: String(small.kilobytes),
      goal: `< ${reference} bytes for each more`,
      met: bytesEach < reference,
      detail: `${bytesEach.toFixed(1)} bytes for each more; the most of ${large.samples} samples, a page in hand, which of the few is not full`,
    },
    perRecord('calls', 'JSON-RPC requests', 'blocks and bases are asked for once in a shard'),
    perRecord('store requests', 'requests to the store', 'a hundred items are one; batches of the few are not full'),
  ];
}

/** What a sweep took. */
export interface Swept {
  readonly records: number;
  readonly kilobytes: number;
  readonly samples: number;
  readonly calls: number;
  readonly 'store requests': number;
}

async function swept(count: number): Promise<Swept> {
  const flags = ['--expose-gc', '--no-flush-bytecode'];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, childFile, String(count)]);
  return JSON.parse(stdout) as Swept;
}
