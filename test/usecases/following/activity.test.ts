import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { clValueDecoder } from '../../../lib/chain/rpc/casper-sdk.ts';
import type { Running } from '../../../lib/runtime/service.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { accountActivity } from '../../../lib/usecases/reading/account-activity.ts';
import { dropTimers, inVirtualTime } from '../../support/in-virtual-time.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { accountRef, expectTrue, listOf } from './activity-lists.ts';
import { recordedActivity } from './recorded-activity.ts';
import { createWorld, type World } from './world.ts';

/** A safety net against hanging: no verdict depends on it. */
jest.setTimeout(600_000);
beforeAll(clValueDecoder);

describe.each(['chain-a', 'chain-d'] as const)('%s: the transactions of an account (rule ACTIVITY-2)', (recording) => {
  const truth = recordedTruth(recording);
  const recorded = recordedActivity(recording);
  const accounts = [...new Set(recorded.map(({ account }) => account))];
  const existing = (height: number) => accounts.filter((account) => truth.account(account, height) !== null);

  async function track(at: number, world: World, service: Running, since: Map<string, number>): Promise<void> {
    for (const account of existing(at).filter((one) => !since.has(one))) {
      await accountActivity(accountRef(account), { limit: 1 }, service);
      expect(world.tables.records.get(`account#${account}`)?.trackedSince).toBe(at);
      since.set(account, at);
    }
  }

  test.each([
    { batch: 1, begin: 0 },
    { batch: 5, begin: 12 },
    { batch: 32, begin: 3 },
    { batch: 7, begin: 31 },
  ])('equals the recording: batches of $batch blocks, from block $begin', ({ batch, begin }) =>
    inVirtualTime(async () => {
      const world = await createWorld({ recording, height: begin });
      const service = world.process();
      const since = new Map<string, number>();
      for (let height = begin; ; height = Math.min(height + batch, truth.lastHeight)) {
        world.setHeight(height);
        expect((await runTick(service)).stoppedBy).toBe('done');
        for (const [account, from] of since) {
          const calls = service.chain.calls();
          const list = await listOf(account, service);
          expect([account, list.complete]).toEqual([account, { from: from + 1, through: height }]);
          expectTrue(account, list, recorded);
          expect(service.chain.calls()).toBe(calls);
        }
        await track(height, world, service, since);
        dropTimers();
        if (height === truth.lastHeight) break;
      }
      expect([...since.keys()].sort()).toEqual(existing(truth.lastHeight).sort());
    }),
  );

  test('is found by role, and by the id of a transfer', () =>
    inVirtualTime(async () => {
      const world = await createWorld({ recording, height: 3 });
      const service = world.process();
      await runTick(service);
      await track(3, world, service, new Map());
      world.setHeight(truth.lastHeight);
      expect((await runTick(service)).stoppedBy).toBe('done');
      for (const account of existing(3)) {
        const own = recorded.filter((part) => part.account === account && part.height > 3);
        for (const role of ['initiated', 'transfer-in', 'transfer-out'] as const) {
          const { items } = await listOf(account, service, { role });
          expect(items.map(({ transaction }) => transaction.hash).sort()).toEqual(
            own.flatMap((part) => (part.role === role ? [part.hash] : [])).sort(),
          );
        }
        for (const transferId of new Set(own.flatMap(({ id }) => id ?? []))) {
          const { items } = await listOf(account, service, { transferId });
          expect(items.map(({ transaction }) => transaction.hash).sort()).toEqual(
            own.flatMap((part) => (part.id === transferId ? [part.hash] : [])).sort(),
          );
        }
      }
    }));
});
