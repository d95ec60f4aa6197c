/**
 * Enumerates a collection of the given number of tokens in a process of its own, and prints what that cost as JSON. What is saved is
 * dropped page by page, so that only the memory of the enumeration itself is measured. It needs `--expose-gc`, and
 * `--no-flush-bytecode`: flushed bytecode would hide growth.
 */
import { mock } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { getHeapSpaceStatistics } from 'node:v8';
import { enumerateCollection } from '../../../lib/usecases/collecting/enumerate-collection.ts';
import { wholenessOf } from '../../../lib/usecases/status/wholeness.ts';
import type { MemoryTables } from '../../support/memory-store.ts';
import type { Enumerated } from './enumerate.ts';
import { type MadeUpCollection, madeUpCollection } from './made-up-collection.ts';

const samples = 20;
const warming = 1_000;
/** Long enough that each page asks for the newest block, and that time limits of earlier pages end. */
const pageMs = 10_000;
/** Longer than any time limit. */
const limitsMs = 300_000;

// Time limits end by the simulated clock too, or those of many pages would be waiting at the end.
mock.timers.enable({ apis: ['setTimeout'] });

// The first enumeration is not measured: it loads and compiles the code.
await enumerated(warming);
console.log(JSON.stringify(await enumerated(Number(process.argv[2]))));
process.exit(0);

async function enumerated(tokens: number): Promise<Enumerated> {
  const each = Math.ceil(tokens / samples);
  let [saved, peak] = [0, 0];
  let base: number | undefined;
  const byMethod: Record<string, number> = {};
  const collection: MadeUpCollection = await madeUpCollection(tokens, {
    async onCall(name) {
      if (base === undefined) return;
      if (name === 'collections.change') await endPage();
      if (name !== 'cache.put') return;
      saved += 1;
      // In the middle of a page, while its tokens are in memory.
      if (saved % each === each >> 1) peak = Math.max(peak, heapInUse() - base);
    },
    onRequest(method) {
      if (base === undefined) return;
      byMethod[method] = (byMethod[method] ?? 0) + 1;
    },
  });
  const { service, packageHash } = collection;
  // Nothing of the enumeration before is waited for any more.
  mock.timers.tick(limitsMs);
  await setImmediate();
  base = heapInUse();
  const calls = service.chain.calls();
  while (!(await enumerateCollection({ collection: packageHash }, service)).done);
  const made = service.chain.calls() - calls;
  const [known] = await wholenessOf(await service.snapshots.renewed(), service, [packageHash]);
  if (known?.wholeness.state !== 'whole' || saved !== tokens)
    throw new Error(`not enumerated: ${saved} saved, ${JSON.stringify(known)}`);
  return { tokens, calls: made, byMethod, kilobytes: Math.round(peak / 1024) };

  async function endPage(): Promise<void> {
    dropSaved(collection.world.store.tables);
    collection.pass(pageMs);
    mock.timers.tick(pageMs);
    // What a weak reference was made to is kept until the turn of the event loop ends.
    await setImmediate();
  }
}

function dropSaved({ records, listings, watches, cache, audit, outbox }: MemoryTables): void {
  for (const [key, { ref }] of records) if (ref.kind !== 'basis') records.delete(key);
  for (const table of [listings, watches, cache, audit, outbox]) table.clear();
}

/** Without compiled code, which V8 goes on to optimise for a long time, and which no number of tokens makes larger. */
function heapInUse(): number {
  if (gc === undefined) throw new Error('started without --expose-gc');
  gc();
  return getHeapSpaceStatistics()
    .filter(({ space_name: name }) => !/code|trusted/.test(name))
    .reduce((sum, { space_used_size: used }) => sum + used, 0);
}
