import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Row } from '../row.ts';

const childFile = join(import.meta.dirname, 'readers-child.ts');
const goal = 1.1;

/** On AWS an enumeration has a process of its own; in a local run it shares the one of the readers, and so their rate of calls. */
export type Enumerating = 'not' | 'in another process' | 'in the same process';

/** Milliseconds of each read, of the simulated clock. */
export interface Waited {
  readonly cold: readonly number[];
  readonly warm: readonly number[];
  /** Tokens that were enumerated meanwhile. */
  readonly enumerated: number;
}

/** How much longer readers wait while a collection is enumerated. */
export async function readersMeanwhile(): Promise<Row[]> {
  const alone = await waited('not');
  const [apart, together] = [await waited('in another process'), await waited('in the same process')];
  return [
    rowOf('cold', 'in another process', apart, alone),
    rowOf('cold', 'in the same process', together, alone),
    rowOf('warm', 'in the same process', together, alone),
  ];
}

function rowOf(how: 'cold' | 'warm', where: Enumerating, meanwhile: Waited, alone: Waited): Row {
  const [figure, against] = [mean(meanwhile[how]), mean(alone[how])];
  const ratio = figure / against;
  const [p99, p99Alone] = [percentile99(meanwhile[how]), percentile99(alone[how])];
  return {
    bench: `${how} reads while a collection is enumerated ${where}: their mean time, over the same without`,
    counts: 'virtual time',
    figure: `${figure.toFixed(1)} ms`,
    against: `${against.toFixed(1)} ms`,
    ratio,
    goal: `<= ${goal}`,
    met: ratio <= goal,
    detail: `p99 ${p99} ms over ${p99Alone} ms; ${meanwhile.enumerated} tokens were enumerated meanwhile`,
  };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const percentile99 = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.99) - 1] ?? Number.NaN;

async function waited(enumerating: Enumerating): Promise<Waited> {
  const { stdout } = await promisify(execFile)(process.execPath, [childFile, enumerating]);
  return JSON.parse(stdout) as Waited;
}
