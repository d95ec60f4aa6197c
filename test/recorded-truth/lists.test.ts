import { describe, expect, test } from '@jest/globals';
import { defaultReadOptions } from '../../lib/domain/freshness.ts';
import type { Service } from '../../lib/domain/service.ts';
import { runTick } from '../../lib/usecases/following/tick.ts';
import { lookup } from '../../lib/usecases/reading/lookup.ts';
import { withTokens } from '../../lib/usecases/reading/with-tokens.ts';
import { recordedTruth } from '../support/recorded-truth.ts';
import { createWorld } from '../usecases/following/world.ts';
import { idOf, listAll, listsAt, makeWhole } from './whole.ts';

const noCache = { ...defaultReadOptions, noCache: true };

// biome-ignore lint/suspicious/noExplicitAny: the part of an answer that is compared
const tokensOf = async (packageHash: string, service: Service): Promise<any> => {
  const answer = await lookup({ kind: 'collection', id: packageHash }, defaultReadOptions, service);
  return (await withTokens(answer, service)).data as { readonly tokens: object };
};

/** Rules COLLECT-1, COLLECT-5 and COLLECT-6: once every token was read, the lists equal the recording, block after block. */
describe.each([
  ['chain-a', 31, 1],
  ['chain-a', 40, 3],
  ['chain-d', 20, 1],
  ['chain-d', 88, 4],
] as const)('%s, whole from block %i on, %i blocks at a time', (recording, start, step) => {
  const truth = recordedTruth(recording);
  const owners = new Set<string>();

  test('every owner and every collection has what the chain has, token by token, and the counts are exact', async () => {
    const world = await createWorld({ recording, height: start });
    const service = world.process();
    await runTick(service);
    await makeWhole(truth, service);
    let changes = 0;
    let before = '';
    for (let height = start; height <= truth.lastHeight; height += step) {
      world.setHeight(height);
      expect((await runTick(service)).stoppedBy).toBe('done');
      // Beyond the second that a snapshot may be old, and the minute in which a collection is counted once.
      world.pass(61_000);
      const lists = listsAt(height, truth);
      for (const owner of lists.owners) owners.add(owner);
      for (const owner of owners) {
        const { ids, exactAt } = await listAll({ owner }, 3, service);
        expect([height, owner, ids, ...new Set(exactAt)]).toEqual([height, owner, lists.owner(owner), height]);
      }
      for (const { packageHash } of truth.collections) {
        const { ids, exactAt } = await listAll({ collection: packageHash }, 4, service);
        expect([height, ids, ...new Set(exactAt)]).toEqual([height, lists.collection(packageHash), height]);
        const { tokens } = await tokensOf(packageHash, service);
        const { tracked, burnt, holders, block, whole } = tokens;
        expect({ tracked, burnt, holders }).toEqual(lists.counts(packageHash));
        expect([block, whole.state, whole.through]).toEqual([truth.block(height), 'whole', truth.block(height)]);
      }
      const now = JSON.stringify(lists.owners.map((owner) => lists.owner(owner)));
      if (now !== before) changes += 1;
      before = now;
    }
    // Otherwise the comparison has met nothing.
    expect(owners.size).toBeGreaterThan(1);
    expect(changes).toBeGreaterThan(2);
  });

  test('a page that is called exact is so at its block, also while readers are ahead of sync', async () => {
    const world = await createWorld({ recording, height: start });
    const service = world.process();
    await runTick(service);
    await makeWhole(truth, service);
    const met = { exact: 0, not: 0 };
    for (let height = start; height <= truth.lastHeight; height += step + 1) {
      world.setHeight(height);
      // Readers see the new block first; every second token is read, at another moment in each round.
      for (const [at, token] of truth.tokens.entries())
        if ((at + height) % 2 === 0) await lookup({ kind: 'asset', id: idOf(token) }, noCache, service);
      for (const ticked of [false, true]) {
        if (ticked) await runTick(service);
        world.pass(61_000);
        const everyOne = new Set([...owners, ...listsAt(height, truth).owners]);
        const asked = [
          ...[...everyOne].map((owner) => ({ owner })),
          ...truth.collections.map(({ packageHash }) => ({ collection: packageHash })),
        ];
        for (const list of asked) {
          const { ids, exactAt } = await listAll(list, 100, service);
          const at = exactAt[0] ?? null;
          if (at === null) {
            met.not += 1;
            continue;
          }
          met.exact += 1;
          const lists = listsAt(at, truth);
          const expected = 'owner' in list ? lists.owner(list.owner) : lists.collection(list.collection);
          expect([height, at, list, ids]).toEqual([height, at, list, expected]);
        }
        for (const { packageHash } of truth.collections) {
          const { tracked, burnt, holders, block } = (await tokensOf(packageHash, service)).tokens;
          if (block !== null)
            expect([height, { tracked, burnt, holders }]).toEqual([
              height,
              listsAt(block.height, truth).counts(packageHash),
            ]);
        }
      }
    }
    expect(met.exact).toBeGreaterThan(met.not);
    expect(met.not).toBeGreaterThan(0);
  });
});
