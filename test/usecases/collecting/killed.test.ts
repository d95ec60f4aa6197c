import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { clValueDecoder } from '../../../lib/chain/rpc/casper-sdk.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { workAndDie } from '../following/killed.ts';
import { createWorld } from '../following/world.ts';
import { enumerateAll, listsOf, wholeness } from './collect.ts';

/** A safety net against hanging: no verdict depends on it. */
jest.setTimeout(600_000);
beforeAll(clValueDecoder);

const recording = 'chain-d';
const lists = listsOf(recording);
const [first, later] = [70, 74];
/** Longer than the lease of a worker. */
const leaseMs = 6 * 60_000;

describe.each(['before', 'after'] as const)(
  'An enumeration that is killed %s any call of the store or a node',
  (when) => {
    test('and resumed, while sync goes on, ends as one that was not (rule COLLECT-3)', async () => {
      for (let call = 1, isKilled = true; isKilled; call += 1) {
        const world = await createWorld({ recording, height: first });
        await runTick(world.process());
        isKilled = await workAndDie(world, { call, when }, enumerateAll);
        world.setHeight(later);
        world.pass(leaseMs);
        const service = world.process();
        // What the killed worker had claimed is true already.
        const claimed = await wholeness(service);
        expect((await runTick(service)).stoppedBy).toBe('done');
        if (claimed.every(([state]) => state === 'whole'))
          expect([call, await lists.stored(service)]).toEqual([call, lists.at(later)]);
        await enumerateAll(service);
        expect([call, await wholeness(service)]).toEqual([call, lists.packages.map(() => ['whole', later])]);
        expect([call, await lists.stored(service)]).toEqual([call, lists.at(later)]);
      }
    });
  },
);
