import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { clValueDecoder } from '../../../lib/chain/rpc/casper-sdk.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import type { Deed, MadeCollection } from '../../support/made-collection.ts';
import { workAndDie } from '../following/killed.ts';
import { enumerateAll } from './collect.ts';
import { anna, ben, cleo, held, packageOf } from './made.ts';
import { type ForkedWorld, forkedWorld } from './made-fork.ts';

/** A safety net against hanging: no verdict depends on it. */
jest.setTimeout(600_000);
beforeAll(clValueDecoder);

const installed = 20;
const [common, stood, last] = [29, 38, 58];
const before: readonly Deed[] = [
  { height: 24, token: '1', owner: anna },
  { height: 24, token: '2', owner: ben },
  { height: 25, token: '3', owner: cleo },
  { height: 26, token: '4', owner: anna },
  { height: 27, token: '4', owner: null },
  { height: 28, token: '6', owner: ben },
];
/** Above the common block: 5 and 8 are minted on the old fork alone, 7 on the new one alone, 9 on both. */
const old: readonly Deed[] = [
  { height: 31, token: '1', owner: ben },
  { height: 32, token: '5', owner: cleo },
  { height: 33, token: '3', owner: null },
  { height: 34, token: '4', owner: cleo },
  { height: 35, token: '1', owner: cleo },
  { height: 36, token: '9', owner: anna },
  { height: 37, token: '8', owner: anna },
  { height: 37, token: '8', owner: null },
];
const fresh: readonly Deed[] = [
  { height: 32, token: '2', owner: anna },
  { height: 36, token: '7', owner: ben },
  { height: 37, token: '9', owner: ben },
  { height: 44, token: '1', owner: cleo },
  { height: 50, token: '6', owner: null },
  { height: 53, token: '6', owner: cleo },
];

const collections = (standard: MadeCollection['standard']): [MadeCollection, MadeCollection] => [
  { standard, package: packageOf('f0'), installed, deeds: [...before, ...old] },
  { standard, package: packageOf('f0'), installed, deeds: [...before, ...fresh] },
];

/** The lists are held against the fork at every later block, before and after an enumeration. */
async function goesOn(one: MadeCollection, { world, truthAt }: ForkedWorld, what: unknown, step = 1): Promise<void> {
  const service = world.process();
  for (let height = world.nodes[0]?.height() ?? 0; height <= last; height += step) {
    world.setHeight(height);
    world.pass(20_000);
    expect([what, height, (await runTick(service)).stoppedBy]).toEqual([what, height, 'done']);
    world.pass(61_000);
    expect([what, height, (await held(one, height, service, truthAt)).wrong]).toEqual([what, height, []]);
    await enumerateAll(service);
    world.pass(61_000);
    const after = await held(one, height, service, truthAt);
    expect([what, height, after]).toEqual([what, height, { wrong: [], same: true, complete: true }]);
  }
}

async function wholeBefore(standard: MadeCollection['standard'], enumeratedAt = 26) {
  const [one, other] = collections(standard);
  const forked = await forkedWorld(one, other, { height: enumeratedAt, common });
  const service = forked.world.process();
  await runTick(service);
  await enumerateAll(service);
  forked.world.setHeight(stood);
  expect((await runTick(service)).stoppedBy).toBe('done');
  return { one, forked, service };
}

describe.each(['cep78', 'cep95'] as const)(
  'A collection of %s, after the network was reset (rule COLLECT-2)',
  (standard) => {
    test.each([26, 36])(
      'is what the new fork has, at every block, where it was enumerated before, at block %i',
      async (at) => {
        const { one, forked } = await wholeBefore(standard, at);
        forked.reset();
        expect((await runTick(forked.world.process())).stoppedBy).toBe('reset');
        await forked.rewind();
        await goesOn(one, forked, at);
      },
    );
  },
);

describe('A collection whose network was reset while it was enumerated (rule COLLECT-2)', () => {
  test.each(['before', 'after'] as const)(
    'is what the new fork has where its enumeration was killed %s any call',
    async (when) => {
      const [one, other] = collections('cep95');
      for (let call = 1, isKilled = true; isKilled; call += 3) {
        const forked = await forkedWorld(one, other, { height: stood, common });
        await runTick(forked.world.process());
        isKilled = await workAndDie(forked.world, { call, when }, enumerateAll);
        forked.reset();
        await forked.rewind();
        forked.world.pass(6 * 60_000);
        await goesOn(one, forked, call, 10);
      }
    },
  );

  test('is what the new fork has where the reset came between any two calls of its enumeration', async () => {
    const [one, other] = collections('cep95');
    for (let call = 1, came = true; came; call += 3) {
      const forked = await forkedWorld(one, other, { height: stood, common });
      await runTick(forked.world.process());
      let calls = 0;
      came = false;
      const onCall = async (): Promise<void> => {
        calls += 1;
        if (calls !== call) return;
        came = true;
        forked.reset();
        await forked.rewind();
        await runTick(forked.world.process());
      };
      await enumerateAll(forked.world.process({ onCall, onRequest: onCall }));
      forked.world.pass(6 * 60_000);
      await goesOn(one, forked, call, 10);
    }
  });
});

test.each(['1', '2', '3', '4', '9'])(
  'A list that is read by a snapshot of the old fork is not called complete where the new fork has changed its token %s (rule COLLECT-5)',
  async (token) => {
    const { one, forked, service } = await wholeBefore('cep95');
    const { world } = forked;
    world.pass(61_000);
    expect(await held(one, stood, service)).toEqual({ wrong: [], same: true, complete: true });
    forked.reset();
    await forked.rewind();
    // Less than a second has passed: the first process still has its snapshot. Another one reads a token on the new fork.
    const asset = { kind: 'asset', id: `${one.package}:${token}` };
    const read = await lookup(asset, { ...defaultReadOptions, noCache: true }, world.process());
    expect(read.data).toMatchObject({ tokenId: token });
    expect((await held(one, stood, service)).wrong).toEqual([]);
  },
);
