import { expect, test } from '@jest/globals';
import { eraBasis, eraDefinition } from '../../../lib/domain/basis.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import { liquidBasis } from '../../../lib/entities/liquid-staking.ts';
import type { Running } from '../../../lib/runtime/service.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { liquidOf } from '../../usecases/following/liquid.ts';
import { createWorld } from '../../usecases/following/world.ts';

const height = 60;
const liquid = liquidBasis({ ...liquidOf['chain-a'], itemKey: 'base64-key' });

/** What a reading depends on that reads the liquid-staking basis, and nothing else. */
async function dependenciesAt(service: Running) {
  const { signal } = new AbortController();
  const block = await service.chain.tip({ signal });
  const state = service.chain.at({ block, bases: service.bases, signal });
  await state.basis(liquid);
  return { bases: state.bases().map(({ name, definition }) => ({ name, definition })), readSet: state.readSet() };
}

const expected = {
  bases: [
    { name: eraBasis, definition: eraDefinition },
    { name: liquid.name, definition: liquid.definition },
  ],
  readSet: [],
};

test('a reading depends on a basis, and on what that basis depends on, but not on the keys read inside it (rule BASIS-3)', async () => {
  const world = await createWorld({ height, liquid: liquidOf['chain-a'] });
  expect(await dependenciesAt(world.process())).toEqual(expected);
  expect(world.nodes[0]?.calls().byMethod.query_global_state).toBeGreaterThan(0);
});

test('a reading that takes the basis from the database has the same dependencies (rule BASIS-3)', async () => {
  const world = await createWorld({ height, liquid: liquidOf['chain-a'] });
  const service = world.process();
  await runTick(service);
  const [{ id = '' } = {}] = recordedTruth('chain-a').accounts;
  await lookup({ kind: 'staking', id }, defaultReadOptions, service);
  for (const node of world.nodes) node.resetCalls();
  expect(await dependenciesAt(world.process())).toEqual(expected);
  expect(world.nodes[0]?.calls().byMethod.query_global_state).toBeUndefined();
});
