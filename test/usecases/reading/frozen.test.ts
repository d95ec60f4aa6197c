import { expect, test } from '@jest/globals';
import { recordedExamples } from '../../../infra/local/dev-chain/recorded-examples.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { createWorld } from '../following/world.ts';

const { collections } = recordedExamples['chain-a'];
const villa = { kind: 'asset', id: `${collections.villas.package}:0` };

test('what a node said before the process was frozen is no younger when it goes on (rule CLAIM-7)', async () => {
  const world = await createWorld({ height: 60 });
  let isFrozen = false;
  const service = world.process({
    onAnswer() {
      if (!isFrozen) world.pass(90_000);
      isFrozen = true;
    },
  });
  expect(await lookup(villa, defaultReadOptions, service)).toMatchObject({ source: 'chain', age: 90 });
});
