import { describe, expect, test } from '@jest/globals';
import { RpcFailure } from '../../../lib/chain/rpc/errors.ts';
import type { Scope } from '../../../lib/domain/reconciliation.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { upgradedAt } from '../following/alter.ts';
import { copyOf } from '../following/killed.ts';
import { type Alter, createWorld, type World, type WorldOptions } from '../following/world.ts';
import { worldOfAbsentRefs } from './absent-refs.ts';
import { reconcile } from './run.ts';
import { anHour, followedTables, followedTo, truth, worldOn } from './small-world.ts';

const followed = await followedTables();

/** Requests that all records are compared, because something may have changed at a height. */
function request(world: World, height: number): string {
  const at = new Date(world.process().clock.now()).toISOString();
  world.tables.progress = { ...world.tables.progress, reconcileFrom: { height, reason: 'a gap', at } };
  world.pass(1_000);
  return at;
}

const isRequested = ({ tables: { progress } }: World): boolean => progress.reconcileFrom !== null;

async function requested(options: WorldOptions = {}, height = followedTo): Promise<World> {
  const world = await worldOn(followed, 0, options);
  request(world, height);
  return world;
}

describe('A request to compare all records', () => {
  test('is done after a whole run', async () => {
    const world = await requested();
    const { tally } = await reconcile(world.process());
    expect(tally.counts.match).toBe(followed.records.size);
    expect(isRequested(world)).toBe(false);
  });

  test('is done after several runs, each with too few calls for all records', async () => {
    const { tables } = await worldOfAbsentRefs(100);
    const world = await createWorld({ height: 60, tables: copyOf(tables), env: { ASTAKE_RECONCILE_CALLS: '16' } });
    world.pass(anHour);
    const at = request(world, 60);
    const isLeft = () => [...world.tables.records.values()].some(({ checkedAt }) => checkedAt <= at);
    let runs = 0;
    for (; isLeft(); runs += 1) {
      expect({ runs, isRequested: isRequested(world) }).toEqual({ runs, isRequested: true });
      world.pass(anHour);
      await reconcile(world.process());
    }
    expect(runs).toBeGreaterThan(3);
    expect(isRequested(world)).toBe(false);
  });

  test.each<Scope>([
    { of: 'kind', kind: 'transaction' },
    { of: 'owner', owner: 'account-hash-07057cd1dd5ecd8b77a0249f04eb91cb5694600d01155d63ba23f1c364598237' },
  ])('is not done by a run of %j', async (scope) => {
    const world = await requested();
    await reconcile(world.process(), { scope });
    expect(isRequested(world)).toBe(true);
  });

  test('is not done by earlier verifications', async () => {
    const world = await worldOn(followed);
    await reconcile(world.process());
    request(world, followedTo);
    await reconcile(world.process(), { scope: { of: 'kind', kind: 'account' } });
    expect(isRequested(world)).toBe(true);
  });

  test('is not done while a record is unverifiable', async () => {
    const hash = truth.transactions[0]?.hash ?? '';
    const node = { isSilent: true };
    const silent: Alter = (method, params, forward) => {
      const isMeant = method === 'info_get_transaction' && JSON.stringify(params).includes(hash);
      if (isMeant && node.isSilent) throw new RpcFailure('error', 'unknown');
      return forward();
    };
    const world = await requested({ nodes: [silent] });
    expect((await reconcile(world.process())).tally.counts).toMatchObject({ unverifiable: 1 });
    expect(isRequested(world)).toBe(true);
    node.isSilent = false;
    world.pass(anHour);
    expect((await reconcile(world.process())).tally.counts).toMatchObject({ unverifiable: 0 });
    expect(isRequested(world)).toBe(false);
  });

  test('at a height is not done by a run that compares at a lower height', async () => {
    const world = await requested({}, followedTo + 1);
    await reconcile(world.process());
    expect(isRequested(world)).toBe(true);
    world.setHeight(followedTo + 1);
    await runTick(world.process());
    await reconcile(world.process());
    expect(isRequested(world)).toBe(false);
  });

  test('that comes during a run is not done by that run', async () => {
    const world = await requested();
    const onCall = (name: string): void => {
      if (name === 'outbox.put') request(world, followedTo);
    };
    await reconcile(world.process({ onCall }));
    expect(isRequested(world)).toBe(true);
    await reconcile(world.process());
    expect(isRequested(world)).toBe(false);
  });

  test('is made by sync at a new protocol version, and done by the next run', async () => {
    const next = followedTo + 1;
    const world = await worldOn(followed, 0, { nodes: [upgradedAt(next)] });
    world.setHeight(next);
    expect(await runTick(world.process())).toMatchObject({ to: next, stoppedBy: 'done' });
    expect(world.tables.progress.reconcileFrom).toMatchObject({ height: next, reason: 'a new protocol version' });
    world.pass(anHour);
    await reconcile(world.process());
    expect(isRequested(world)).toBe(false);
  });
});
