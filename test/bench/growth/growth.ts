import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Row } from '../row.ts';

const childFile = join(import.meta.dirname, 'growth-child.ts');

const keys = 20_000;
const reads = 160_000;
const parts = 16;
/** Less than any entry that would be kept for each read. */
const bytesEach = 8;

/** The heap in use after each part of a long run. */
export interface Grown {
  readonly kilobytes: readonly number[];
  /** Of the simulated clock. */
  readonly seconds: number;
  readonly fromCache: number;
  /** Through which sync has followed. */
  readonly height: number;
}

/** The heap of one process, store in memory included, that reads for hours: it rises while things are first used, and then stays. */
export async function heapGrowth(): Promise<Row> {
  const flags = ['--expose-gc', '--no-flush-bytecode'];
  const counts = [keys, reads, parts].map(String);
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, childFile, ...counts]);
  const { kilobytes, seconds, fromCache, height } = JSON.parse(stdout) as Grown;
  const [half, last] = [kilobytes[parts / 2 - 1], kilobytes[parts - 1]] as [number, number];
  const grown = last - half;
  return {
    bench: `growth of the heap over the second half of ${reads} reads of ${keys} keys, 20 a second`,
    counts: 'KB',
    figure: String(grown),
    against: '0',
    goal: `< ${bytesEach} bytes for each read`,
    met: grown * 1024 < (bytesEach * reads) / 2,
    detail: `${last - (kilobytes[0] as number)} KB since the first part; ${seconds} s of a simulated clock, ${fromCache} answers from the cache, sync at block ${height}`,
  };
}
