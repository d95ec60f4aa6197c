import { beforeAll, expect, jest, test } from '@jest/globals';
import { clValueDecoder } from '../../../lib/chain/rpc/casper-sdk.ts';
import { ChainUnavailable } from '../../../lib/domain/errors.ts';
import type { Service } from '../../../lib/domain/service.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { createWorld } from '../following/world.ts';
import { enumerateAll, listsOf, wholeness } from './collect.ts';

/** A safety net against hanging: no verdict depends on it. */
jest.setTimeout(600_000);
beforeAll(clValueDecoder);

const recording = 'chain-d';
const height = 70;

/** So many items can be read; for the others there is no permit. */
function withPermits(permits: number, service: Service): Service {
  let left = permits;
  return {
    ...service,
    chain: {
      ...service.chain,
      at(...options) {
        const state = service.chain.at(...options);
        return {
          ...state,
          async item(...names) {
            left -= 1;
            if (left < 0) throw new ChainUnavailable('no permit in time', {}, 'overloaded');
            return state.item(...names);
          },
        };
      },
    },
  };
}

test('a collection for whose tokens no permit is free goes on later, and none of them counts as failed (rules COLLECT-3 and LIMIT-3)', async () => {
  const lists = listsOf(recording);
  const world = await createWorld({ recording, height });
  const service = world.process();
  await runTick(service);
  await enumerateAll(withPermits(6, service));
  const states = (await wholeness(service)).map(([state]) => state);
  expect(states).toContain('enumerating');
  expect(states).not.toContain('broken');
  await enumerateAll(service);
  expect(await wholeness(service)).toEqual(lists.packages.map(() => ['whole', height]));
});
