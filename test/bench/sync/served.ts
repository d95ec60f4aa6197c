import type { EntityDefinition } from '../../../lib/domain/entity.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import type { Refresher } from '../../../lib/domain/ports/background-work.ts';
import type { Running } from '../../../lib/runtime/service.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { chance } from '../../chain/pool/scripts/chance.ts';
import { type LiquidSettings, recordedTruth } from '../../support/recorded-truth.ts';
import type { Row } from '../row.ts';
import { median } from '../statistics.ts';
import { liquid } from './liquid.ts';
import { blockMs, stretchedTime } from './stretched-time.ts';
import { createVirtualTime } from './virtual-time.ts';
import { textOf, type Watched, watchedBy } from './watched.ts';
import { createWorld } from './world.ts';

const recording = 'chain-d';
const truth = recordedTruth(recording);
const times = stretchedTime(recording);
const second = 1_000;
const tickMs = 30 * second;
const readMs = second;
const nodeMs = { least: 60, most: 140 };
const storeMs = { least: 3, most: 8 };
/** The time until an asynchronously invoked function starts. */
const invokeMs = 100;
/** The interval of ticks plus one block. */
const goalSeconds = (tickMs + blockMs) / second;
/** The freshness that every kind promises. */
const freshSeconds = 90;

interface Delay {
  readonly kind: string;
  readonly height: number;
  readonly seconds: number;
}

/**
 * The time from a change on the chain until the first reader gets the new value. The recording grows every 8 s, a tick runs
 * every 30 s, and readers ask the cache every second. Only requests to nodes and tables take time.
 */
export async function served(): Promise<Row[]> {
  const eraEnds = new Set(truth.switchBlocks);
  const plain = await simulate(undefined);
  const moving = await simulate(liquid);
  const positions = moving.delays.filter(({ kind }) => kind === 'staking');
  const afterEras = plain.delays.filter(({ height }) => eraEnds.has(height));
  return [
    rowOf('all there are', plain.delays, costOf(plain)),
    rowOf('those in blocks that end an era', afterEras),
    rowOf('positions by a rate that most blocks write', positions, costOf(moving)),
  ];
}

interface Simulated {
  readonly delays: readonly Delay[];
  readonly tickSeconds: readonly number[];
  readonly reads: number;
  /** Requests to nodes by readers, and by the refreshes that they ask for. */
  readonly calls: number;
}

/**
 * Throws where an answer was wrong, or a change was never served. `limit`: for how many seconds a value is fresh, instead of 90.
 */
export async function simulate(settings: LiquidSettings | undefined, limit?: number): Promise<Simulated> {
  const time = createVirtualTime(times.genesis);
  const end = times.of(truth.lastHeight) + freshSeconds * second + tickMs;
  const draw = chance(1, 'served');
  const world = await createWorld({
    recording,
    clock: time,
    onCall: () => time.sleep(draw.between(storeMs.least, storeMs.most)),
    onRequest: () => time.sleep(draw.between(nodeMs.least, nodeMs.most)),
    rewrite: times.rewrite,
    env: {
      ASTAKE_MAX_TIP_AGE_SECONDS: '120',
      // Samples are drawn by chance, and each run shall have the same figures.
      ASTAKE_SAMPLE_PERCENT: '0',
      ...(settings && { ASTAKE_LIQUID_STAKING: JSON.stringify(settings) }),
    },
  });
  const limited = (service: Running): Running => {
    if (limit === undefined) return service;
    const own = [...service.definitions].map(([kind, definition]): [string, EntityDefinition] => [
      kind,
      { ...definition, freshSeconds: (value) => longerOf(definition.freshSeconds(value), limit) },
    ]);
    return { ...service, definitions: new Map(own) };
  };
  const refreshing = limited(world.process());
  const refresher: Refresher = {
    async request(ref) {
      void time
        .sleep(invokeMs)
        .then(() => lookup(ref, { ...defaultReadOptions, noCache: true, staleIfError: 0 }, refreshing));
    },
  };
  const [syncing, reading] = [world.process(refresher), limited(world.process(refresher))];
  const delays: Delay[] = [];
  const tickSeconds: number[] = [];
  let reads = 0;

  async function oneTick(): Promise<void> {
    const began = time.now();
    const { stoppedBy, reason } = await runTick(syncing);
    if (stoppedBy !== 'done') throw new Error(`a tick ended: ${stoppedBy}, ${reason}`);
    tickSeconds.push((time.now() - began) / second);
  }

  async function read({ ref, values, unseen }: Watched): Promise<void> {
    const { data, verifiedThrough } = await lookup(ref, defaultReadOptions, reading);
    const { height } = verifiedThrough;
    if (values[height] !== undefined && textOf(data) !== values[height])
      throw new Error(`${ref.kind} ${ref.id} has a wrong value at block ${height}: ${textOf(data)}`);
    reads += 1;
    while (unseen[0] !== undefined && unseen[0] <= height) {
      const changedAt = unseen.shift() as number;
      delays.push({ kind: ref.kind, height: changedAt, seconds: (time.now() - times.of(changedAt)) / second });
    }
  }

  async function grow(): Promise<void> {
    for (let height = 1; height <= truth.lastHeight; height += 1) {
      await time.sleep(times.of(height) - time.now());
      world.setHeight(height);
    }
  }

  async function keepTicking(): Promise<void> {
    while (time.now() < end) {
      await time.sleep(tickMs - (time.now() % tickMs));
      await oneTick();
    }
  }

  async function keepReading(one: Watched): Promise<void> {
    await time.sleep(one.from + draw.between(0, readMs) - time.now());
    while (time.now() < end && !(one.ends && one.unseen.length === 0)) {
      await read(one);
      await time.sleep(readMs);
    }
  }

  const watched = watchedBy(settings, reading);
  const work = Promise.all([grow(), keepTicking(), ...watched.map(keepReading)]);
  await Promise.race([work, time.runUntil(end + 2 * tickMs)]);
  await work;
  const missed = watched.find(({ unseen }) => unseen.length > 0);
  if (missed !== undefined) throw new Error(`${missed.ref.id} was never served as of block ${missed.unseen[0]}`);
  return { delays, tickSeconds, reads, calls: reading.chain.calls() + refreshing.chain.calls() };
}

/** Of kinds whose limit is not about changes, it stays. */
const longerOf = (own: number, limit: number): number => (own === freshSeconds ? limit : own);

function costOf({ tickSeconds, reads, calls }: Simulated): string {
  const ticks = `ticks of ${median(tickSeconds).toFixed(1)} s, ${Math.max(...tickSeconds).toFixed(1)} s at most`;
  return `; ${ticks}; ${(calls / reads).toFixed(3)} calls a read`;
}

function rowOf(what: string, delays: readonly Delay[], cost = ''): Row {
  const sorted = delays.map(({ seconds }) => seconds).toSorted((a, b) => a - b);
  const percentile = (share: number): number => sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
  const p99 = percentile(0.99);
  return {
    bench: `a change on the chain until it is served, p99 of ${what}`,
    counts: 'virtual time',
    figure: `${p99.toFixed(1)} s`,
    against: `${goalSeconds} s`,
    ratio: p99 / goalSeconds,
    goal: '<= 1.00',
    met: p99 <= goalSeconds,
    detail: `p50 ${percentile(0.5).toFixed(1)} s, at most ${percentile(1).toFixed(1)} s, ${sorted.length} changes${cost}`,
  };
}
