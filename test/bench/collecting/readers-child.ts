/**
 * Readers of one process, with and without an enumeration, by a simulated clock: prints how long their reads took as JSON. Nothing but
 * requests to the node and the tables takes time.
 */
import { mock } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import type { Service } from '../../../lib/domain/service.ts';
import { enumerateCollection } from '../../../lib/usecases/collecting/enumerate-collection.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { chance } from '../../chain/pool/scripts/chance.ts';
import { madeUpCollection } from './made-up-collection.ts';
import type { Enumerating, Waited } from './readers.ts';

const tokens = 10_000;
const seconds = 60;
const coldPerSecond = 20;
const warmPerSecond = 100;
const warmTokens = 50;
/** The tokens that readers ask for first: the enumeration does not come so far. */
const coldFrom = 4_000;
/** The rate where nothing is configured, and a node that answers so many calls at a time. */
const callsPerSecond = 200;
const answersAtOnce = 8;
const nodeMs = { least: 15, most: 25 };
const storeMs = { least: 3, most: 8 };

const draw = chance(1, 'readers');
let takesTime = false;
const wait = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

let answering = 0;
const queue: (() => void)[] = [];

async function answered(): Promise<void> {
  if (!takesTime) return;
  if (answering === answersAtOnce) await new Promise<void>((resolve) => queue.push(resolve));
  else answering += 1;
  await wait(draw.between(nodeMs.least, nodeMs.most));
  const next = queue.shift();
  if (next === undefined) answering -= 1;
  else next();
}

const { world, service, packageHash, pass } = await madeUpCollection(tokens, {
  known: tokens,
  callsPerSecond,
  env: { ASTAKE_SAMPLE_PERCENT: '0' },
  onCall: () => (takesTime ? wait(draw.between(storeMs.least, storeMs.most)) : undefined),
  onRequest: answered,
});
const refOf = (token: number) => ({ kind: 'asset', id: `${packageHash}:${token}` });
const warm = Array.from({ length: warmTokens }, (_, index) => refOf(tokens - 1 - index));
for (const ref of warm) await lookup(ref, defaultReadOptions, service);

const enumerating = process.argv[2] as Enumerating;
mock.timers.enable({ apis: ['setTimeout'] });
takesTime = true;
const waited: { cold: number[]; warm: number[] } = { cold: [], warm: [] };
const enumerator = enumerating === 'in another process' ? world.process() : service;
let isOver = false;
if (enumerating !== 'not') void enumerate(enumerator);
let clock = 0;
for (; clock < seconds * 1_000 || waited.cold.length < seconds * coldPerSecond; clock += 1) {
  if (clock % (1_000 / coldPerSecond) === 0 && clock < seconds * 1_000)
    void read('cold', refOf(coldFrom + clock / (1_000 / coldPerSecond)));
  if (clock % (1_000 / warmPerSecond) === 0)
    void read('warm', warm[(clock / 10) % warmTokens] as (typeof warm)[number]);
  await setImmediate();
  pass(1);
  mock.timers.tick(1);
}
isOver = true;
const state = world.store.tables.collections.get(packageHash);
console.log(
  JSON.stringify({
    cold: waited.cold,
    warm: waited.warm,
    enumerated: state?.enumeration?.next ?? 0,
  } satisfies Waited),
);
process.exit(0);

async function read(how: 'cold' | 'warm', ref: { readonly kind: string; readonly id: string }): Promise<void> {
  const began = clock;
  const { source, data } = await lookup(ref, defaultReadOptions, service);
  const expected = how === 'cold' ? 'chain' : 'cache';
  if (source !== expected || data === null) throw new Error(`${ref.id} came from ${source}`);
  waited[how].push(clock - began);
}

async function enumerate(by: Service): Promise<void> {
  while (!isOver) if ((await enumerateCollection({ collection: packageHash }, by)).done) return;
}
