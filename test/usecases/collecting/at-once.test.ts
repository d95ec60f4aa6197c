import { beforeAll, expect, jest, test } from '@jest/globals';
import { clValueDecoder } from '../../../lib/chain/rpc/casper-sdk.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import type { Deed, MadeCollection } from '../../support/made-collection.ts';
import { reconcile } from '../reconciliation/run.ts';
import { enumerateAll } from './collect.ts';
import { anna, ben, cleo, held, madeWorld, packageOf } from './made.ts';

/** A safety net against hanging: no verdict depends on it. */
jest.setTimeout(600_000);
beforeAll(clValueDecoder);

const [first, last] = [24, 36];
const owners = [anna, ben, cleo, null];

/** Ten tokens, of which two change in each block: minted, transferred, burnt, minted again. */
function livesBy(chance: () => number): MadeCollection {
  const deeds: Deed[] = [];
  const pick = <T>(from: readonly T[]): T => from[Math.floor(chance() * from.length)] as T;
  const burnt = new Set(Array.from({ length: 10 }, (_, token) => String(token)));
  for (let height = 21; height <= last; height += 1)
    for (let one = 0; one < 2; one += 1) {
      const token = String(Math.floor(chance() * 10));
      const owner = pick(burnt.has(token) ? owners.slice(0, 3) : owners);
      if (owner === null) burnt.add(token);
      else burnt.delete(token);
      deeds.push({ height, token, owner });
    }
  return { standard: pick(['cep78', 'cep95'] as const), package: packageOf('e7'), installed: 20, deeds };
}

const seeds = process.env.ASTAKE_SEED === undefined ? [1, 2, 3] : [Number(process.env.ASTAKE_SEED)];

test.each(seeds)(
  'While sync, an enumeration and a reconciliation work at once, no list is called complete that lacks a token (seed %i; rule COLLECT-4)',
  async (seed) => {
    const chance = chanceOf(seed);
    const one = livesBy(chance);
    const world = await madeWorld([one], { height: first });
    /** Any call of the store or a node may be held up while the others go on. */
    const holdUp = async (): Promise<void> => {
      for (let turns = Math.floor(chance() * 4); turns > 0; turns -= 1) await new Promise(setImmediate);
    };
    const worker = () => world.process({ onCall: holdUp, onRequest: holdUp });
    const reader = world.process();
    let complete = 0;
    for (let height = first; height <= last; height += 1) {
      world.setHeight(height);
      world.pass(61_000);
      let isDone = false;
      const work = Promise.all([
        runTick(worker()),
        enumerateAll(worker()),
        ...(height % 4 === 0 ? [reconcile(worker())] : []),
      ]).finally(() => {
        isDone = true;
      });
      while (!isDone) {
        const { wrong } = await held(one, height, reader);
        expect([seed, height, wrong]).toEqual([seed, height, []]);
        for (let turns = 0; turns < 50 && !isDone; turns += 1) await new Promise(setImmediate);
      }
      await work;
      world.pass(61_000);
      expect([seed, height, (await runTick(reader)).stoppedBy]).toEqual([seed, height, 'done']);
      await enumerateAll(reader);
      const after = await held(one, height, reader);
      expect([seed, height, after.wrong]).toEqual([seed, height, []]);
      if (after.complete) complete += 1;
      if (after.complete) expect(after.same).toBe(true);
    }
    expect(complete).toBeGreaterThan((last - first) / 2);
  },
);

/** Mulberry32. */
function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
