/**
 * One sweep of the given number of records in a process of its own. It prints the cost of the sweep, without the tables, as
 * JSON. It needs `--expose-gc`, and `--no-flush-bytecode`: flushed bytecode would hide growth.
 */
import type { OnCall } from '../../support/memory-store.ts';
import { crowded } from './crowded.ts';
import type { Swept } from './flat.ts';
import { requestsOf } from './requests.ts';
import { sweep } from './sweep.ts';

const samples = 8;
const pageSize = 100;
const warming = 1_000;

// The first sweep is not measured: it loads and compiles the code.
await swept(warming);
console.log(JSON.stringify(await swept(Number(process.argv[2]))));
process.exit(0);

async function swept(many: number): Promise<Swept> {
  /** Only every n-th page is sampled: to collect garbage at each of many pages takes minutes. */
  const each = Math.ceil(many / pageSize / samples);
  const seen: number[] = [];
  let base: number | undefined;
  let requests = 0;
  let pages = 0;
  const onCall: OnCall = (name, args) => {
    if (base === undefined) return;
    requests += requestsOf(name, args);
    // This call is made once for each page, while its records are in memory.
    if (name !== 'watches.missing') return;
    pages += 1;
    if (pages % each === 0) seen.push(heapInUse() - base);
  };
  const { service, pass } = await crowded({ records: many, onCall });
  // The first sweep changes each record in the tables in memory; this growth is not measured.
  await sweep(service);
  pass(3_600_000);
  base = heapInUse();
  const callsBefore = service.chain.calls();
  const records = await sweep(service);
  return {
    records,
    kilobytes: Math.round(Math.max(...seen) / 1024),
    samples: seen.length,
    calls: service.chain.calls() - callsBefore,
    'store requests': requests,
  };
}

function heapInUse(): number {
  if (gc === undefined) throw new Error('started without --expose-gc');
  gc();
  return process.memoryUsage().heapUsed;
}
