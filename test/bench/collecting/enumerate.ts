import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Row } from '../row.ts';

const childFile = join(import.meta.dirname, 'enumerate-child.ts');

/** What a process remembers of so many keys is bounded, and full by then. */
const few = 20_000;
const many = 100_000;
/** Owner, burnt, approved and metadata of a CEP-78 token are an item each, and a node answers one item a call. */
const leastEach = 4;
const mostCalls = 1.05;
/** Bytes of one reference to a token: a growth below this shows that no token is kept. */
const reference = 8;

/** What it cost to enumerate a collection. */
export interface Enumerated {
  readonly tokens: number;
  readonly calls: number;
  readonly byMethod: Readonly<Record<string, number>>;
  /** The most heap in use above what was in use before. */
  readonly kilobytes: number;
}

/** The cost of reading a whole collection of made-up tokens once: calls over the least possible, and the heap without the tables. */
export async function enumeration(): Promise<Row[]> {
  const [small, large] = await Promise.all([enumerated(few), enumerated(many)]);
  const bytesEach = (1024 * (large.kilobytes - small.kilobytes)) / (large.tokens - small.tokens);
  return [
    {
      bench: `a collection of ${many} tokens is enumerated: calls for each token over the items that it has`,
      counts: 'calls',
      figure: (large.calls / large.tokens).toFixed(3),
      against: leastEach.toFixed(3),
      ratio: large.calls / large.tokens / leastEach,
      goal: `<= ${mostCalls}`,
      met: large.calls / large.tokens / leastEach <= mostCalls,
      detail: `with ${few} tokens ${(small.calls / small.tokens).toFixed(3)}`,
      made: large.byMethod,
    },
    {
      bench: `a collection is enumerated: the most heap in use, ${many} tokens over ${few}`,
      counts: 'KB',
      figure: String(large.kilobytes),
      against: String(small.kilobytes),
      ratio: large.kilobytes / small.kilobytes,
      goal: `< ${reference} bytes for each further token`,
      met: bytesEach < reference,
      detail: `${bytesEach.toFixed(1)} bytes for each further token, without what is saved; 20 samples, each in the middle of a page`,
    },
  ];
}

async function enumerated(tokens: number): Promise<Enumerated> {
  const flags = ['--expose-gc', '--no-flush-bytecode'];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, childFile, String(tokens)]);
  return JSON.parse(stdout) as Enumerated;
}
