/**
 * Reads for hours of a simulated clock in a process of its own, while sync follows a recorded chain, and prints the heap in
 * use after each part as JSON. It needs `--expose-gc`, and `--no-flush-bytecode`: flushed bytecode would hide growth.
 */
import { mock } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { EntityRef } from '../../../lib/domain/entity.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { askForAccounts, followThrough, recordsOf, startFollowing } from '../sync/follow.ts';
import { track } from '../sync/tracked.ts';
import type { Grown } from './growth.ts';

const recording = 'chain-d';
const firstHeight = 92;
const readsPerSecond = 20;
const secondsPerTick = 30;
const secondsPerBlock = 8;

// Time limits end by the simulated clock too, or those of hours would be waiting at the end.
mock.timers.enable({ apis: ['setTimeout'] });

const [keys = 0, reads = 0, parts = 0] = process.argv.slice(2).map(Number);
const following = await startFollowing({ recording, env: { ASTAKE_SAMPLE_PERCENT: '0' } });
const { service, world, pass } = following;
await askForAccounts(following);
await followThrough(firstHeight, following);
const { tables } = world.store;
track(keys, recordsOf(world.store), tables);
const refs: EntityRef[] = [...tables.cache.values()].map(({ entry }) => entry.ref);
const lastHeight = following.truth.lastHeight;

const kilobytes: number[] = [];
let seconds = 0;
let fromCache = 0;
for (let part = 0; part < parts; part += 1) {
  for (let read = 0; read < reads / parts; read += 1) {
    if (read % readsPerSecond === 0) await second();
    const at = (part * (reads / parts) + read) % refs.length;
    const { source } = await lookup(refs[at] as EntityRef, defaultReadOptions, service);
    if (source === 'cache') fromCache += 1;
  }
  kilobytes.push(heapInUse());
}
const grown: Grown = { kilobytes, seconds, fromCache, height: tables.progress.cursor?.height ?? 0 };
console.log(JSON.stringify(grown));
process.exit(0);

/** The chain grows to the end of the recording; then it stands still, and sync goes on to look. */
async function second(): Promise<void> {
  seconds += 1;
  pass(1_000);
  mock.timers.tick(1_000);
  const height = Math.min(lastHeight, firstHeight + Math.floor(seconds / secondsPerBlock));
  world.setHeight(height);
  if (seconds % secondsPerTick === 0) await runTick(service);
  // What a weak reference was made to is kept until the turn of the event loop ends.
  await setImmediate();
}

function heapInUse(): number {
  if (gc === undefined) throw new Error('started without --expose-gc');
  gc();
  return Math.round(process.memoryUsage().heapUsed / 1024);
}
