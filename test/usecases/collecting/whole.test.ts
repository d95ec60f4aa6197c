import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { clValueDecoder } from '../../../lib/chain/rpc/casper-sdk.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { createWorld } from '../following/world.ts';
import { enumerateAll, listsOf, wholeness } from './collect.ts';

/** A safety net against hanging: no verdict depends on it. */
jest.setTimeout(600_000);
beforeAll(clValueDecoder);

/** From these blocks on each collection is on the chain. */
const starts = { 'chain-a': [12, 25, 40, 60, 95], 'chain-d': [15, 40, 70, 83, 84, 110] } as const;

describe.each(['chain-a', 'chain-d'] as const)('The collections of %s', (recording) => {
  const lists = listsOf(recording);

  test.each(starts[recording])(
    'enumerated at block %i, are whole, and are kept so by sync alone at every later block (rules COLLECT-3 and COLLECT-4)',
    async (first) => {
      const world = await createWorld({ recording, height: first });
      const service = world.process();
      expect((await runTick(service)).stoppedBy).toBe('done');
      await enumerateAll(service);
      let wasWhole = false;
      for (let height = first; height <= lists.lastHeight; height += 1) {
        if (height > first) {
          world.setHeight(height);
          expect((await runTick(service)).stoppedBy).toBe('done');
        }
        const states = await wholeness(service);
        // A package that is not on the chain yet is enumerated once it is.
        if (!states.every(([state]) => state === 'whole') && !wasWhole) await enumerateAll(service);
        const now = await wholeness(service);
        wasWhole ||= now.every(([state]) => state === 'whole');
        if (wasWhole) expect([height, now]).toEqual([height, lists.packages.map(() => ['whole', height])]);
        expect([height, await lists.stored(service)]).toEqual([height, lists.at(height)]);
      }
      expect(wasWhole).toBe(true);
      expect(world.counted.get('CollectionInterrupted')).toBeUndefined();
    },
  );

  test('are not read again once they are whole', async () => {
    const world = await createWorld({ recording, height: 100 });
    const service = world.process();
    await runTick(service);
    await enumerateAll(service);
    const after = service.chain.calls();
    await enumerateAll(service);
    expect(service.chain.calls()).toBe(after);
  });
});
