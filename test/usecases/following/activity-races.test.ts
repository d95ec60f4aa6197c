import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { clValueDecoder } from '../../../lib/chain/rpc/casper-sdk.ts';
import type { Running } from '../../../lib/runtime/service.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { accountActivity } from '../../../lib/usecases/reading/account-activity.ts';
import { dropTimers, inVirtualTime } from '../../support/in-virtual-time.ts';
import type { MemoryTables } from '../../support/memory-store.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { accountRef, expectTrue, listOf } from './activity-lists.ts';
import { copyOf, type Death, recover, tickAndDie } from './killed.ts';
import { recordedActivity } from './recorded-activity.ts';
import { createWorld, type World } from './world.ts';

/** A safety net against hanging: no verdict depends on it. */
jest.setTimeout(600_000);
beforeAll(clValueDecoder);

const recording = 'chain-d';
const truth = recordedTruth(recording);
const recorded = recordedActivity(recording);
const [from, to, later] = [40, 46, 54] as const;
const accounts = [...new Set(recorded.map(({ account }) => account))].filter(
  (account) =>
    truth.account(account, from) !== null &&
    recorded.some((part) => part.account === account && part.height > from && part.height <= later),
);

const worldOf = (tables?: MemoryTables): Promise<World> =>
  createWorld({ recording, height: to, ...(tables && { tables: copyOf(tables) }) });

async function followed(track: boolean): Promise<MemoryTables> {
  const world = await worldOf();
  world.setHeight(from);
  const service = world.process();
  await runTick(service);
  if (track) await beginTracking(service);
  return world.tables;
}

async function beginTracking(service: Running): Promise<void> {
  for (const account of accounts) await accountActivity(accountRef(account), { limit: 1 }, service);
}

async function expectLists(service: Running, through: number): Promise<number[]> {
  const begins: number[] = [];
  for (const account of accounts) {
    const list = await listOf(account, service);
    expect([account, list.complete?.through]).toEqual([account, through]);
    expectTrue(account, list, recorded);
    begins.push(list.complete?.from ?? -1);
  }
  return begins;
}

describe('rules ACTIVITY-1 and ACTIVITY-2: nothing that is claimed is missing', () => {
  test('where tracking begins at any moment of a tick', () =>
    inVirtualTime(async () => {
      const tables = await followed(false);
      const begun = new Set<number>();
      for (let moment = 1; ; moment += 1) {
        const world = await worldOf(tables);
        const reader = world.process();
        let calls = 0;
        const onCall = async (): Promise<void> => {
          calls += 1;
          if (calls === moment) await beginTracking(reader);
        };
        const runner = world.process({ onCall });
        await runTick(runner);
        const isOver = calls < moment;
        if (isOver) break;
        world.pass(16_000);
        for (let ticks = 0; ticks < 3; ticks += 1) await runTick(runner);
        expect(world.tables.progress.cursor?.height).toBe(to);
        await expectLists(world.process(), to);
        world.setHeight(later);
        await runTick(runner);
        for (const first of await expectLists(world.process(), later)) begun.add(first);
        dropTimers();
      }
      expect(Math.min(...begun)).toBeLessThanOrEqual(to + 1);
    }));

  test.each<Death['when']>(['before', 'after'])('where a runner is killed %s any call', (when) =>
    inVirtualTime(async () => {
      const tables = await followed(true);
      let deaths = 0;
      for (let call = 1; ; call += 1) {
        const world = await worldOf(tables);
        if (!(await tickAndDie(world, { call, when }))) break;
        deaths += 1;
        // What is there in part is not claimed.
        const cursor = world.tables.progress.cursor?.height ?? 0;
        await expectLists(world.process(), cursor);
        await recover(world);
        expect(new Set(await expectLists(world.process(), to))).toEqual(new Set([from + 1]));
        dropTimers();
      }
      expect(deaths).toBeGreaterThan(20);
    }),
  );
});
