/**
 * One sweep of so many records, in a process that does nothing else: what it takes beside what the tables hold, as JSON on
 * stdout. Started with `--expose-gc`, and with `--no-flush-bytecode`: what V8 forgets of its own accord would hide growth.
 */
import type { OnCall } from '../../support/memory-store.ts';
import { crowded } from './crowded.ts';
import type { Swept } from './flat.ts';
import { requestsOf } from './requests.ts';
import { sweep } from './sweep.ts';

const samples = 8;
const pageSize = 100;
const warming = 1_000;

// Once before it counts: what is loaded and compiled at first is no part of it.
await swept(warming);
console.log(JSON.stringify(await swept(Number(process.argv[2]))));
process.exit(0);

async function swept(many: number): Promise<Swept> {
  /** To collect garbage at each page of very many would take minutes. */
  const each = Math.ceil(many / pageSize / samples);
  const seen: number[] = [];
  let base: number | undefined;
  let requests = 0;
  let pages = 0;
  const onCall: OnCall = (name, args) => {
    if (base === undefined) return;
    requests += requestsOf(name, args);
    // Once per page, when its records are in hand.
    if (name !== 'watches.missing') return;
    pages += 1;
    if (pages % each === 0) seen.push(heapInUse() - base);
  };
  const { service, pass } = await crowded({ records: many, onCall });
  // What the tables in memory make of a record when it is first looked at and dated anew is no part of it.
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
