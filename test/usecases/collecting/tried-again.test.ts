import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { clValueDecoder } from '../../../lib/chain/rpc/casper-sdk.ts';
import type { Enumeration } from '../../../lib/domain/collection.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import type { Deed, MadeCollection } from '../../support/made-collection.ts';
import { type Alter, changeable, type World } from '../following/world.ts';
import { enumerateAll, wholeness } from './collect.ts';
import { anna, ben, held, madeWorld, packageOf } from './made.ts';

/** A safety net against hanging: no verdict depends on it. */
jest.setTimeout(600_000);
beforeAll(clValueDecoder);

const minute = 60_000;
const [minted, mended] = [24, 50];

/** 250 tokens, of which some cannot be read until block 50. */
function collectionWith(faulty: (token: number) => boolean): MadeCollection {
  const tokens = Array.from({ length: 250 }, (_, token) => token);
  const mint = (token: number): Deed => ({
    height: minted,
    token: String(token),
    owner: anna,
    ...(faulty(token) && { garbled: true as const }),
  });
  const mend = (token: number): Deed => ({ height: mended, token: String(token), owner: ben });
  const deeds = [...tokens.map(mint), ...tokens.filter(faulty).map(mend)];
  return { standard: 'cep95', package: packageOf('c8'), installed: 20, deeds };
}

const stateOf = ({ tables }: World): Enumeration => tables.collections.get(packageOf('c8'))?.enumeration as Enumeration;

/** Minutes from one look at its list to the next. */
async function waits(world: World, hours: number): Promise<readonly number[]> {
  const service = world.process();
  const found: number[] = [];
  let since = 0;
  for (let at = 0; at < hours * 60; at += 5) {
    world.pass(5 * minute);
    since += 5;
    await runTick(service);
    const before = stateOf(world).revision;
    await enumerateAll(service);
    if (stateOf(world).revision === before) continue;
    found.push(since);
    since = 0;
  }
  return found;
}

describe('What could not be kept is tried again (rule COLLECT-8)', () => {
  test('less and less often, for the calls that it costs alone, and since when is said', async () => {
    const one = collectionWith((token) => token === 3 || token === 120);
    const world = await madeWorld([one], { height: 30 });
    const service = world.process();
    await runTick(service);
    await enumerateAll(service);
    const first = stateOf(world);
    expect(first).toMatchObject({ status: 'broken', failed: 2, again: [3, 120], next: 250, tries: 1 });
    expect(first.failingSince).toBe(first.finishedAt);
    const before = world.nodes[0]?.calls().total ?? 0;
    const found = await waits(world, 24);
    expect(found).toEqual([10, 20, 40, 80, 160, 320, 360, 360]);
    const { block, startedAt, failingSince } = first;
    expect(stateOf(world)).toMatchObject({
      status: 'broken',
      block,
      startedAt,
      failingSince,
      again: [3, 120],
      tries: 9,
    });
    // The ticks see the head; each try reads two places and two tokens, each at most thrice.
    const ticks = 24 * 12 * 3;
    expect((world.nodes[0]?.calls().total ?? 0) - before).toBeLessThan(ticks + found.length * 30);

    world.setHeight(mended);
    for (let ticks = 0; ticks < 9; ticks += 1) await runTick(service);
    world.pass(361 * minute);
    await runTick(service);
    await enumerateAll(service);
    world.pass(minute);
    expect(await held(one, mended, service)).toEqual({ wrong: [], same: true, complete: true });
    expect(stateOf(world)).toMatchObject({
      status: 'whole',
      failed: 0,
      again: [],
      tries: 0,
      failingSince: null,
      reason: null,
    });
  });

  test('also where more failed than are known by their places: it goes on behind the last of these', async () => {
    const one = collectionWith((token) => token >= 20 && token < 150);
    const world = await madeWorld([one], { height: 30 });
    const service = world.process();
    await runTick(service);
    await enumerateAll(service);
    expect(stateOf(world)).toMatchObject({ status: 'broken', failed: 130, next: 250 });
    expect(stateOf(world).again).toHaveLength(100);
    world.pass(11 * minute);
    await enumerateAll(service);
    expect(stateOf(world)).toMatchObject({ status: 'broken', failed: 130, next: 250, tries: 2 });
    world.setHeight(mended);
    for (let ticks = 0; ticks < 9; ticks += 1) await runTick(service);
    world.pass(361 * minute);
    await runTick(service);
    await enumerateAll(service);
    world.pass(minute);
    expect(await held(one, mended, service)).toEqual({ wrong: [], same: true, complete: true });
  });

  test('also where the list itself cannot be read: it goes on from where it stood', async () => {
    let isGarbled = true;
    const one = collectionWith(() => false);
    // The event of token 120: its value is no list of bytes.
    const garbled: Alter = (method, _params, forward) => {
      const answer = forward();
      const bytes = answer.result?.stored_value?.CLValue?.bytes ?? '';
      if (
        !isGarbled ||
        method !== 'query_global_state' ||
        !bytes.includes('6576656e745f4d696e74') ||
        !bytes.endsWith('0178')
      )
        return answer;
      const changed = changeable(answer);
      changed.result.stored_value.CLValue.bytes = '00';
      return changed;
    };
    const world = await madeWorld([one], { height: 30, nodes: [garbled] });
    const service = world.process();
    await runTick(service);
    await enumerateAll(service);
    expect(stateOf(world)).toMatchObject({
      status: 'broken',
      next: 100,
      tries: 1,
      reason: expect.stringContaining('its list of tokens cannot be read'),
    });
    expect(await wholeness(service)).toEqual([['broken', null]]);
    expect(await waits(world, 2)).toEqual([10, 20, 40]);
    isGarbled = false;
    const { startedAt } = stateOf(world);
    world.pass(81 * minute);
    await runTick(service);
    await enumerateAll(service);
    expect(stateOf(world)).toMatchObject({ status: 'whole', startedAt, next: 250, tries: 0, failingSince: null });
    world.pass(minute);
    expect(await held(one, 30, service)).toEqual({ wrong: [], same: true, complete: true });
  });

  test('and not at once where sync has met it again: the whole list is not read for each of its writes', async () => {
    const [token, height] = ['3', 30];
    const again = Array.from(
      { length: 8 },
      (_, at): Deed => ({ height: height + at, token, owner: ben, garbled: true }),
    );
    const one = collectionWith(() => false);
    const world = await madeWorld([{ ...one, deeds: [...one.deeds, ...again] }], { height: 29 });
    const service = world.process();
    await runTick(service);
    await enumerateAll(service);
    const looks: string[] = [];
    for (let at = 0; at < 8; at += 1) {
      world.setHeight(height + at);
      for (let ticks = 0; ticks < 5 && (await runTick(service)).stoppedBy !== 'done'; ticks += 1);
      await enumerateAll(service);
      expect(await wholeness(service)).toEqual([['broken', null]]);
      looks.push(stateOf(world).startedAt);
    }
    expect(new Set(looks).size).toBe(1);
  });
});
