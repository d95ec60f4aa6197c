import { beforeAll, expect, jest, test } from '@jest/globals';
import { clValueDecoder } from '../../../lib/chain/rpc/casper-sdk.ts';
import { dictionaryKey } from '../../../lib/chain/rpc/state-keys.ts';
import type { Layout } from '../../../lib/entities/layout.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { basisRef } from '../../../lib/usecases/process/snapshots.ts';
import type { MadeCollection } from '../../support/made-collection.ts';
import type { Alter } from '../following/world.ts';
import { enumerateAll, wholeness } from './collect.ts';
import { anna, ben, cleo, held, madeWorld, packageOf } from './made.ts';

/** A safety net against hanging: no verdict depends on it. */
jest.setTimeout(600_000);
beforeAll(clValueDecoder);

const height = 40;
const collection: MadeCollection = {
  standard: 'cep78',
  package: packageOf('78'),
  installed: 20,
  deeds: [
    { height: 24, token: 'first', owner: anna },
    { height: 26, token: 'second', owner: ben },
    { height: 28, token: 'third', owner: cleo },
  ],
};

async function enumerated(nodes: readonly (Alter | undefined)[], one = collection) {
  const world = await madeWorld([one], { height, nodes });
  const service = world.process();
  await runTick(service);
  await enumerateAll(service);
  return { world, service };
}

/** A node whose list of tokens names the first one at the second place too. */
async function namingTwice(): Promise<Alter> {
  const { service } = await enumerated([undefined]);
  const [{ name = '' } = {}] = service.shared.discovering;
  const [basis] = await service.records.getMany([basisRef(name)]);
  const { value: layout } = (basis?.value ?? {}) as { readonly value?: Layout };
  const index = layout?.ids?.by === 'count' ? (layout.ids.index ?? '') : '';
  const [first, second] = ['0', '1'].map((place) => dictionaryKey(index, place));
  return (_, params, forward) => (params?.key === second ? forward({ ...params, key: first }) : forward());
}

test('A node whose list names a token twice, and the others not, is not believed, and suspected (rule COLLECT-3)', async () => {
  const { world, service } = await enumerated([await namingTwice(), undefined, undefined]);
  expect(await wholeness(service)).toEqual([['whole', height]]);
  expect(await held(collection, height, service)).toEqual({ wrong: [], same: true, complete: true });
  expect(world.counted.get('NodeSuspected')).toBeGreaterThan(0);
});

test('Where one of two names a token twice, the collection is not whole (rule COLLECT-3)', async () => {
  const { service } = await enumerated([await namingTwice(), undefined]);
  expect(await wholeness(service)).toEqual([['enumerating', null]]);
  expect(await held(collection, height, service)).toMatchObject({ wrong: [], complete: false });
});

test('A list that names a token twice at all nodes is right: it was burnt and minted again (rule COLLECT-3)', async () => {
  const deeds = [
    ...collection.deeds,
    { height: 30, token: 'first', owner: null },
    { height: 32, token: 'first', owner: ben },
  ];
  const again = { ...collection, deeds };
  const { world, service } = await enumerated([undefined, undefined, undefined], again);
  expect(await wholeness(service)).toEqual([['whole', height]]);
  expect(await held(again, height, service)).toEqual({ wrong: [], same: true, complete: true });
  expect(world.counted.get('NodeSuspected')).toBeUndefined();
});
