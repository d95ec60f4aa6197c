import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { clValueDecoder } from '../../../lib/chain/rpc/casper-sdk.ts';
import { dictionaryKey } from '../../../lib/chain/rpc/state-keys.ts';
import type { Layout } from '../../../lib/entities/layout.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { basisRef } from '../../../lib/usecases/process/snapshots.ts';
import { type Alter, createWorld } from '../following/world.ts';
import { enumerateAll, listsOf, wholeness } from './collect.ts';

/** A safety net against hanging: no verdict depends on it. */
jest.setTimeout(600_000);
beforeAll(clValueDecoder);

const height = 100;

describe.each(['chain-a', 'chain-d'] as const)('Of the nodes of %s', (recording) => {
  const lists = listsOf(recording);
  const wholeLists = lists.packages.map(() => ['whole', height]);

  test.each([
    ['counts fewer tokens', (value: string) => `01${value.slice(2).replaceAll(/./g, '0')}`],
    ['counts more tokens', (value: string) => `ff${value.slice(2)}`],
  ])('one that %s than the others is not believed, and suspected (rule COLLECT-3)', async (_, lie) => {
    const counters = new Set((await layoutsOf()).map(({ ids }) => keyOf(ids?.by === 'count' ? ids.minted : '')));
    const lying: Alter = (method, params, forward) => {
      const answer = structuredClone(forward());
      const value = answer.result?.stored_value?.CLValue;
      if (method === 'query_global_state' && counters.has(params.key)) value.bytes = lie(value.bytes);
      return answer;
    };
    const { service, world } = await enumerated([lying, undefined, undefined]);
    expect(await wholeness(service)).toEqual(wholeLists);
    expect(await lists.stored(service)).toEqual(lists.at(height));
    expect(world.counted.get('NodeSuspected')).toBeGreaterThan(0);
  });

  test('one that lacks a listed token is not believed, and suspected (rule COLLECT-3)', async () => {
    const hidden = new Set((await layoutsOf()).map(({ owners }) => dictionaryKey(owners, '1')));
    const { service, world } = await enumerated([without(hidden), undefined, undefined]);
    expect(await wholeness(service)).toEqual(wholeLists);
    expect(await lists.stored(service)).toEqual(lists.at(height));
    expect(world.counted.get('NodeSuspected')).toBeGreaterThan(0);
  });

  test('one of two that lacks a listed token keeps the collection from being whole (rule COLLECT-3)', async () => {
    const hidden = new Set((await layoutsOf()).map(({ owners }) => dictionaryKey(owners, '1')));
    const { service } = await enumerated([without(hidden), undefined]);
    expect((await wholeness(service)).map(([state]) => state)).toContain('broken');
  });

  test('none has a token that the list names: the collection is not whole (rule COLLECT-3)', async () => {
    const hidden = new Set((await layoutsOf()).map(({ owners }) => dictionaryKey(owners, '1')));
    const { service } = await enumerated([without(hidden)]);
    expect((await wholeness(service)).map(([state]) => state)).toContain('broken');
  });

  async function enumerated(nodes: readonly (Alter | undefined)[]) {
    const world = await createWorld({ recording, height, nodes });
    const service = world.process();
    await runTick(service);
    await enumerateAll(service);
    return { world, service };
  }

  async function layoutsOf(): Promise<readonly Layout[]> {
    const { service } = await enumerated([undefined]);
    const bases = await service.records.getMany(service.shared.discovering.map(({ name }) => basisRef(name)));
    return bases.flatMap((basis) => (basis?.value as { readonly value: Layout } | undefined)?.value ?? []);
  }
});

/** The key of a named value in global state. */
const keyOf = (uref: string): string => `${uref.slice(0, -3)}007`;

/** A node that has lost what is under these keys. */
function without(keys: ReadonlySet<string>): Alter {
  const unknown = `dictionary-${'f'.repeat(64)}`;
  return (_, params, forward) => (keys.has(params?.key) ? forward({ ...params, key: unknown }) : forward());
}
