import { createLimiter, type Limiter } from '../../../lib/usecases/limits/limiter.ts';
import { clockOf } from '../../support/clock.ts';
import { createMemoryStore } from '../../support/memory-store.ts';

const minute = 60_000;
/** Of a second. */
const steps = 5;

/** Processes with one store between them, at a time that the test moves. */
export function startFleet() {
  let now = Date.parse('2026-01-01T00:00:00.000Z');
  let isAway = false;
  let [writes, reads] = [0, 0];
  const { budgets } = createMemoryStore({
    async onCall(name) {
      if (name === 'budgets.get') reads += 1;
      else if (name !== 'budgets.limited') writes += 1;
      if (isAway) throw new Error('the store is away');
    },
  });
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const metrics = { count() {}, gauge() {}, measure() {}, upstream() {} };
  const clock = clockOf(() => now);
  return {
    process: (): Limiter => createLimiter({ budgets, clock, log, metrics }),
    advance: (milliseconds: number) => {
      now += milliseconds;
    },
    setAway: (away: boolean) => {
      isAway = away;
    },
    writes: () => writes,
    reads: () => reads,
    now: () => now,
  };
}

/** Requests of one caller to several instances, second by second. */
export interface Load {
  readonly instances: number;
  /** Requests a minute. */
  readonly limit: number;
  /** Of the limit. */
  readonly demand: number;
  /** How the demand of a minute falls on its seconds: repeated. */
  readonly bursts?: readonly number[];
  /** Which share the first instance gets; the others share the rest. */
  readonly skew?: number;
  /** After so many seconds, one instance ends and another begins. */
  readonly replacedEvery?: number;
  /** How many instances are at work in a second; at most `instances`. */
  readonly atWork?: (second: number) => number;
  readonly seconds?: number;
  readonly random: () => number;
}

export interface Played {
  readonly asked: number;
  readonly granted: number;
  /** Of the limit: the most that was granted within any minute. */
  readonly most: number;
  /** Of what could be had (the demand, or the limit where that is less), over all but the first minute. */
  readonly share: number;
  readonly writes: number;
  readonly reads: number;
  readonly minutes: number;
}

export async function play(load: Load): Promise<Played> {
  const { instances, limit, demand, bursts = [1], skew, replacedEvery, atWork = () => instances, random } = load;
  const { seconds = 300 } = load;
  const fleet = startFleet();
  fleet.advance(Math.floor(random() * minute));
  const all = Array.from({ length: instances }, () => fleet.process());
  const perBurst = bursts.reduce((sum, one) => sum + one, 0) / bursts.length;
  const granted: number[] = [];
  let asked = 0;
  for (let second = 0; second < seconds; second += 1) {
    if (replacedEvery !== undefined && second % replacedEvery === 0)
      all[Math.floor(random() * instances)] = fleet.process();
    const working = atWork(second);
    const mean = ((limit * demand) / 60) * ((bursts[second % bursts.length] as number) / perBurst);
    let count = 0;
    for (let step = 0; step < steps; step += 1) {
      const due = arrivals(mean / steps, random);
      for (let at = 0; at < due; at += 1) {
        const chosen = skew !== undefined && random() < skew ? 0 : Math.floor(random() * working);
        const { isAdmitted } = await (all[chosen] as Limiter).spend({ caller: 'key:a', limit, requests: 1 });
        if (isAdmitted) count += 1;
      }
      asked += due;
      fleet.advance(1_000 / steps);
    }
    granted.push(count);
  }
  const later = granted.slice(60).reduce((sum, one) => sum + one, 0);
  return {
    asked,
    granted: granted.reduce((sum, one) => sum + one, 0),
    most: mostIn(granted, 60) / limit,
    share: later / ((seconds / 60 - 1) * limit * Math.min(1, demand)),
    writes: fleet.writes(),
    reads: fleet.reads(),
    minutes: seconds / 60,
  };
}

/** By chance, around the mean (Poisson). */
function arrivals(mean: number, random: () => number): number {
  if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  let count = -1;
  for (let product = 1; product > Math.exp(-mean) || count < 0; product *= random()) count += 1;
  return count;
}

const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** The most within so many seconds in a row. */
function mostIn(counts: readonly number[], span: number): number {
  let [sum, most] = [0, 0];
  for (const [at, count] of counts.entries()) {
    sum += count - (counts[at - span] ?? 0);
    most = Math.max(most, sum);
  }
  return most;
}

/** Numbers from 0 to 1 that a seed repeats (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
