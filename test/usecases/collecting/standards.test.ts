import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { clValueDecoder } from '../../../lib/chain/rpc/casper-sdk.ts';
import type { Service } from '../../../lib/domain/service.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { wholenessOf } from '../../../lib/usecases/status/wholeness.ts';
import type { Deed, MadeCollection } from '../../support/made-collection.ts';
import { enumerateAll, wholeness } from './collect.ts';
import { anna, ben, cleo, held, madeWorld, packageOf } from './made.ts';

/** A safety net against hanging: no verdict depends on it. */
jest.setTimeout(600_000);
beforeAll(clValueDecoder);

const installed = 20;
const last = 66;
/** Token 7 is burnt and minted again, twice; 8 is burnt for good; 300 is never touched again. */
const deeds: readonly Deed[] = [
  { height: 24, token: '7', owner: anna },
  { height: 24, token: '300', owner: ben },
  { height: 26, token: '8', owner: ben },
  { height: 30, token: '7', owner: null },
  { height: 33, token: '8', owner: anna },
  { height: 38, token: '7', owner: cleo },
  { height: 41, token: '8', owner: null },
  { height: 44, token: '7', owner: ben },
  { height: 47, token: '7', owner: null },
  { height: 47, token: '7', owner: anna },
  { height: 52, token: '7', owner: ben, metadata: '{"verified":true}' },
  { height: 58, token: '9', owner: cleo },
];
const starts = [15, 25, 31, 40, 47, 55];

const listed: readonly MadeCollection[] = [
  { standard: 'cep78', package: packageOf('78'), installed, deeds },
  { standard: 'cep95', package: packageOf('95'), installed, deeds },
];
/** `known`: from which start on tokens are known from effects alone. */
const unlisted: readonly (readonly [string, MadeCollection])[] = [
  ['CEP-47', { standard: 'cep47', package: packageOf('47'), installed, deeds }],
  ['CEP-95 without events', { standard: 'cep95', package: packageOf('96'), installed, deeds, eventsFrom: null }],
  // Its events name 7 alone of the tokens that were minted before.
  [
    'CEP-95 with events since an upgrade',
    { standard: 'cep95', package: packageOf('97'), installed, deeds, eventsFrom: 36 },
  ],
];

const reasonOf = async (service: Service) => {
  const [known] = await wholenessOf(await service.snapshots.renewed(), service);
  return known?.wholeness.reason;
};

describe.each(listed)('A collection of $standard whose tokens are burnt and minted again (rule COLLECT-3)', (one) => {
  test.each(starts)('enumerated at block %i, is complete, and stays so at every later block', async (first) => {
    const world = await madeWorld([one], { height: first });
    const service = world.process();
    let wasComplete = false;
    for (let height = first; height <= last; height += 1) {
      world.setHeight(height);
      expect((await runTick(service)).stoppedBy).toBe('done');
      if (!wasComplete) await enumerateAll(service);
      world.pass(61_000);
      const { wrong, same, complete } = await held(one, height, service);
      expect([height, wrong, same]).toEqual([height, [], true]);
      wasComplete ||= complete;
      expect([height, complete]).toEqual([height, height >= installed]);
    }
  });
});

describe.each(unlisted)('A collection of %s, which lists its tokens nowhere (rule COLLECT-3)', (_what, one) => {
  test.each(starts)('first seen at block %i, is never called complete, and says why', async (first) => {
    const world = await madeWorld([one], { height: first });
    const service = world.process();
    for (let height = first; height <= last; height += 1) {
      world.setHeight(height);
      expect((await runTick(service)).stoppedBy).toBe('done');
      await enumerateAll(service);
      world.pass(61_000);
      const { wrong, same, complete } = await held(one, height, service);
      expect([height, wrong, complete]).toEqual([height, [], false]);
      // Sync sees every token that is written after the package was there.
      if (first < installed) expect([height, same]).toEqual([height, true]);
      if (height < installed) continue;
      expect([height, await wholeness(service)]).toEqual([height, [['effects-only', null]]]);
      expect(await reasonOf(service)).toContain('lists its tokens nowhere');
    }
  });
});
