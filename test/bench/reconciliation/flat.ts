import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Row } from '../row.ts';

const childFile = join(import.meta.dirname, 'flat-child.ts');

const few = 1_000;
const many = 100_000;
/** Bytes of one reference to a record: a growth below this shows that no reference is kept. */
const reference = 8;

/** The cost of a run with few and with many records: the heap without the tables, and requests per record. */
export async function flatness(): Promise<Row[]> {
  const [small, large] = await Promise.all([swept(few), swept(many)]);
  const bytesEach = (1024 * (large.kilobytes - small.kilobytes)) / (large.records - small.records);
  const perRecord = (counts: 'calls' | 'store requests', name: string, detail: string): Row => {
    const [figure, against] = [large, small].map((run) => run[counts] / run.records) as [number, number];
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
      bench: `reconciliation: growth of the heap during a run, ${many} records over ${few}`,
      counts: 'KB',
      figure: String(large.kilobytes),
      against: String(small.kilobytes),
      goal: `< ${reference} bytes for each further record`,
      met: bytesEach < reference,
      detail: `${bytesEach.toFixed(1)} bytes for each further record; the maximum of ${large.samples} samples, each with a page in memory (with few records the page is not full)`,
    },
    perRecord('calls', 'JSON-RPC requests', 'blocks and bases are read once in a shard'),
    perRecord(
      'store requests',
      'requests to the store',
      'a hundred items are one request; with few records the batches are not full',
    ),
  ];
}

/** The cost of a sweep. */
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
