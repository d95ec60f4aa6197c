import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { clValueDecoder } from '../../../lib/chain/rpc/casper-sdk.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { wholeListsAnew } from '../../../lib/usecases/reading/whole-lists.ts';
import type { Deed, MadeCollection } from '../../support/made-collection.ts';
import { enumerateAll } from './collect.ts';
import { anna, ben, cleo, held, madeWorld, packageOf } from './made.ts';

/** A safety net against hanging: no verdict depends on it. */
jest.setTimeout(600_000);
beforeAll(clValueDecoder);

const [installed, last] = [20, 60];
const tooLarge = { metadata: JSON.stringify({ note: 'x'.repeat(129 * 1024) }) };
const faults = [
  ['is too large to keep', tooLarge],
  ['cannot be read', { garbled: true }],
] as const;
/** The token 5 has a fault in the blocks from 30 to 49. */
const lives = [
  ['minted so', [{ height: 30, token: '5', owner: ben }]],
  [
    'sound before',
    [
      { height: 24, token: '5', owner: anna },
      { height: 30, token: '5', owner: ben },
    ],
  ],
] as const;
const others: readonly Deed[] = [
  { height: 24, token: '1', owner: anna },
  { height: 35, token: '1', owner: ben },
  { height: 40, token: '2', owner: cleo },
];
const mended: Deed = { height: 50, token: '5', owner: cleo, metadata: '{}' };

function collectionOf(standard: MadeCollection['standard'], life: readonly Deed[], fault: object): MadeCollection {
  const faulty = life.map((deed) => (deed.height === 30 ? { ...deed, ...fault } : deed));
  const deeds = [...others, ...faulty, mended].toSorted((a, b) => a.height - b.height);
  return { standard, package: packageOf('5a'), installed, deeds };
}

describe.each(faults)('A collection with a token that %s (rules COLLECT-3 and COLLECT-4)', (what, fault) => {
  describe.each(lives)('(%s)', (_life, life) => {
    test.each([
      ['cep78', 22],
      ['cep78', 29],
      ['cep78', 33],
      ['cep95', 26],
      ['cep95', 45],
    ] as const)(
      'of %s, first seen at block %i, is complete at no block in between, and says why',
      async (standard, first) => {
        const one = collectionOf(standard, life, fault);
        const world = await madeWorld([one], { height: first });
        const service = world.process();
        for (let height = first; height <= last; height += 1) {
          world.setHeight(height);
          // The longest that an enumeration waits before it tries again.
          world.pass(24 * 3_600_000);
          // An only node gives what cannot be read twice, in one tick or the next ones.
          for (let ticks = 0; ticks < 5 && (await runTick(service)).stoppedBy !== 'done'; ticks += 1);
          const doneBefore = await held(one, height, service);
          await enumerateAll(service);
          world.pass(61_000);
          const { wrong, same, complete } = await held(one, height, service);
          expect([height, doneBefore.wrong, wrong]).toEqual([height, [], []]);
          const isFaulty = height >= 30 && height < 50;
          expect([height, complete]).toEqual([height, !isFaulty]);
          if (complete) expect(same).toBe(true);
          const [whole] = (await wholeListsAnew([one.package], service)).collections;
          if (isFaulty)
            expect([height, whole?.state, whole?.reason]).toEqual([height, 'broken', expect.stringContaining(what)]);
          if (isFaulty) expect(whole?.reason).toContain(`${one.package}:5`);
        }
      },
    );
  });
});
