import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { loadRecording } from '../../../infra/local/dev-chain/recording.ts';
import { clValueDecoder } from '../../../lib/chain/rpc/casper-sdk.ts';
import type { Running } from '../../../lib/runtime/service.ts';
import { rewind } from '../../../lib/usecases/following/rewind.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { accountActivity } from '../../../lib/usecases/reading/account-activity.ts';
import { inVirtualTime } from '../../support/in-virtual-time.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { accountRef, expectTrue, listOf } from './activity-lists.ts';
import { upgradedAt, withoutHistory } from './alter.ts';
import { forkedAbove } from './fork.ts';
import { recordedActivity } from './recorded-activity.ts';
import { type Alter, changeable, createWorld, type Json, type World } from './world.ts';

/** A safety net against hanging: no verdict depends on it. */
jest.setTimeout(600_000);
beforeAll(clValueDecoder);

const truth = recordedTruth('chain-a');
const recorded = recordedActivity('chain-a');
const accounts = [...new Set(recorded.map(({ account }) => account))].filter(
  (account) => truth.account(account, 20) !== null,
);
const busy = Math.max(
  ...recorded.filter(({ amount, height }) => amount !== null && height < 60).map(({ height }) => height),
);

const recordedAlone: Alter = (_method, _params, forward) => forward();

/** What sync has followed through block 20, where each account began to be tracked; from then on nodes answer by `alters`. */
async function tracked(alters: readonly Alter[]): Promise<{ readonly world: World; readonly service: Running }> {
  let altered = false;
  const nodes = alters.map(
    (alter): Alter =>
      (...request) =>
        (altered ? alter : recordedAlone)(...request),
  );
  const world = await createWorld({ height: 20, nodes });
  const service = world.process();
  await runTick(service);
  for (const account of accounts) await accountActivity(accountRef(account), { limit: 1 }, service);
  altered = true;
  return { world, service };
}

async function followTo(height: number, world: World, service: Running): Promise<void> {
  world.setHeight(height);
  for (let ticks = 0; ticks < 4 && world.tables.progress.cursor?.height !== height; ticks += 1) await runTick(service);
  expect(world.tables.progress.cursor?.height).toBe(height);
}

/** `from`: of all lists. */
async function expectLists(from: number, through: number, service: Running, chain = recorded): Promise<void> {
  for (const account of accounts) {
    const list = await listOf(account, service);
    expect([account, list.complete]).toEqual([account, { from, through }]);
    expectTrue(account, list, chain);
  }
}

const changedResult =
  (height: number, change: (answer: Json) => void): Alter =>
  (method, _params, forward) => {
    const answer = forward();
    if (method !== 'info_get_transaction' || answer.result?.execution_info?.block_height !== height) return answer;
    const changed = changeable(answer);
    change(changed.result);
    return changed;
  };

const oddTransfers = changedResult(busy, ({ execution_info: info }) => {
  info.execution_result.Version2.transfers = [{ Version3: {} }];
});
const oddInitiator = changedResult(busy, ({ transaction }) => {
  Object.assign(transaction.Version1?.payload ?? transaction.Deploy.header, {
    initiator_addr: { Entity: 'entity-x' },
    account: 'entity-x',
  });
});
const oddResult = changedResult(busy, ({ execution_info: info }) => {
  info.execution_result = { Version3: {} };
});

const toPurses = changedResult(busy, ({ execution_info: info }) => {
  for (const { Version2: transfer } of info.execution_result.Version2.transfers) transfer.to = null;
});
/** None of the accounts that take part has a key of its own among the effects. */
const paidElsewhere = changedResult(busy, ({ execution_info: info }) => {
  const result = info.execution_result.Version2;
  const key = `balance-${'5'.repeat(64)}`;
  result.effects = [{ key, kind: { Prune: key } }];
});

describe('rule ACTIVITY-2: an account is found', () => {
  test.each([
    ['by its main purse, where a transfer names no account', toPurses],
    ['where the block wrote no key that its record depends on', paidElsewhere],
  ])('%s', (_, alter) =>
    inVirtualTime(async () => {
      const { world, service } = await tracked([alter]);
      await followTo(busy, world, service);
      await expectLists(21, busy, service);
    }),
  );
});

describe('rule ACTIVITY-3: what is not read is not claimed', () => {
  test.each([
    ['transfers of an unknown form', oddTransfers],
    ['an initiator of an unknown form', oddInitiator],
  ])('%s: the lists begin behind that block, and values stay claimed', (_, alter) =>
    inVirtualTime(async () => {
      const { world, service } = await tracked([alter, alter]);
      await followTo(65, world, service);
      expect(world.tables.progress).toMatchObject({ followedFrom: 20, activityFrom: busy });
      await expectLists(busy + 1, 65, service);
    }),
  );

  test('a form that only one node gives is passed over', () =>
    inVirtualTime(async () => {
      const { world, service } = await tracked([oddTransfers, recordedAlone]);
      await followTo(65, world, service);
      expect(world.tables.progress).toMatchObject({ followedFrom: 20, activityFrom: 20 });
      await expectLists(21, 65, service);
    }));

  test('a block that is passed unseen', () =>
    inVirtualTime(async () => {
      const { world, service } = await tracked([oddResult, oddResult]);
      await followTo(65, world, service);
      expect(world.tables.progress).toMatchObject({ followedFrom: busy, activityFrom: busy });
      await expectLists(busy + 1, 65, service);
    }));

  test('a gap that sync skips over, with the block that it skips to', () =>
    inVirtualTime(async () => {
      const { world, service } = await tracked([withoutHistory(() => 50)]);
      await followTo(busy, world, service);
      await expectLists(busy + 1, busy, service);
      await followTo(65, world, service);
      await expectLists(busy + 1, 65, service);
    }));

  test('a new protocol version leaves no gap', () =>
    inVirtualTime(async () => {
      const { world, service } = await tracked([upgradedAt(39)]);
      await followTo(65, world, service);
      expect(world.tables.progress.followedFrom).toBe(39);
      await expectLists(21, 65, service);
    }));
});

describe('rule ACTIVITY-4: after a hard reset', () => {
  const common = 35;
  test.each([
    ['and tracked before it', false],
    ['also where a frozen runner writes its rows late', true],
  ])('the lists are of the new fork alone, %s', (_, late) =>
    inVirtualTime(async () => {
      let alter: Alter = recordedAlone;
      const { world, service } = await tracked([(...request) => alter(...request)]);
      await followTo(60, world, service);
      const before = new Map(world.tables.activity);
      alter = forkedAbove(common);
      world.setHeight(62);
      expect((await runTick(service)).stoppedBy).toBe('reset');
      await rewind(common, { actor: 'operator', note: 'the network went back' }, service);
      await followTo(70, world, service);
      if (late) for (const [key, row] of before) world.tables.activity.set(key, row);
      const ofFork = recorded.filter(({ height }) => height <= common);
      expect(recorded.length).toBeGreaterThan(ofFork.length);
      for (const account of accounts) {
        const list = await listOf(account, service);
        expectTrue(account, list, ofFork);
        expect([account, list.complete?.through]).toEqual([account, 70]);
        expect(list.items.filter(({ block }) => block.height > common)).toEqual([]);
      }
    }),
  );
});

test('the recording has what these tests change', () => {
  expect(loadRecording('chain-a').lastHeight).toBeGreaterThan(70);
  expect(busy).toBeGreaterThan(50);
  expect(accounts.length).toBeGreaterThan(3);
});
