import { describe, expect, test } from '@jest/globals';
import { RpcFailure } from '../../../lib/chain/rpc/errors.ts';
import type { Scope } from '../../../lib/domain/reconciliation.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { upgradedAt } from '../following/alter.ts';
import { copyOf } from '../following/killed.ts';
import { type Alter, createWorld, type World, type WorldOptions } from '../following/world.ts';
import { worldOfNobodies } from './absent-refs.ts';
import { reconcile } from './run.ts';
import { anHour, followedTables, followedTo, truth, worldOn } from './small-world.ts';

const followed = await followedTables();

/** From now on everything is to be held against the chain, since something may have changed at a height. */
function ask(world: World, height: number): string {
  const at = new Date(world.process().clock.now()).toISOString();
  world.tables.progress = { ...world.tables.progress, reconcileFrom: { height, reason: 'a gap', at } };
  world.pass(1_000);
  return at;
}

const isAskedFor = ({ tables: { progress } }: World): boolean => progress.reconcileFrom !== null;

async function asked(options: WorldOptions = {}, height = followedTo): Promise<World> {
  const world = await worldOn(followed, 0, options);
  ask(world, height);
  return world;
}

describe('That everything is to be held against the chain', () => {
  test('is done once a run has done so', async () => {
    const world = await asked();
    const { tally } = await reconcile(world.process());
    expect(tally.counts.match).toBe(followed.records.size);
    expect(isAskedFor(world)).toBe(false);
  });

  test('is done once several runs have, none of which may ask for all', async () => {
    const { tables } = await worldOfNobodies(100);
    const world = await createWorld({ height: 60, tables: copyOf(tables), env: { ASTAKE_RECONCILE_CALLS: '16' } });
    world.pass(anHour);
    const at = ask(world, 60);
    const isLeft = () => [...world.tables.records.values()].some(({ checkedAt }) => checkedAt <= at);
    let runs = 0;
    for (; isLeft(); runs += 1) {
      expect({ runs, isAskedFor: isAskedFor(world) }).toEqual({ runs, isAskedFor: true });
      world.pass(anHour);
      await reconcile(world.process());
    }
    expect(runs).toBeGreaterThan(3);
    expect(isAskedFor(world)).toBe(false);
  });

  test.each<Scope>([
    { of: 'kind', kind: 'transaction' },
    { of: 'owner', owner: 'account-hash-07057cd1dd5ecd8b77a0249f04eb91cb5694600d01155d63ba23f1c364598237' },
  ])('is not done by a run of %j', async (scope) => {
    const world = await asked();
    await reconcile(world.process(), { scope });
    expect(isAskedFor(world)).toBe(true);
  });

  test('is not done by what was proved before', async () => {
    const world = await worldOn(followed);
    await reconcile(world.process());
    ask(world, followedTo);
    await reconcile(world.process(), { scope: { of: 'kind', kind: 'account' } });
    expect(isAskedFor(world)).toBe(true);
  });

  test('is not done while a record cannot be told, and is when it can', async () => {
    const hash = truth.transactions[0]?.hash ?? '';
    const node = { isSilent: true };
    const silent: Alter = (method, params, forward) => {
      const isMeant = method === 'info_get_transaction' && JSON.stringify(params).includes(hash);
      if (isMeant && node.isSilent) throw new RpcFailure('error', 'it is not known');
      return forward();
    };
    const world = await asked({ nodes: [silent] });
    expect((await reconcile(world.process())).tally.counts).toMatchObject({ unverifiable: 1 });
    expect(isAskedFor(world)).toBe(true);
    node.isSilent = false;
    world.pass(anHour);
    expect((await reconcile(world.process())).tally.counts).toMatchObject({ unverifiable: 0 });
    expect(isAskedFor(world)).toBe(false);
  });

  test('at a height is not done by a run that compares below it', async () => {
    const world = await asked({}, followedTo + 1);
    await reconcile(world.process());
    expect(isAskedFor(world)).toBe(true);
    world.setHeight(followedTo + 1);
    await runTick(world.process());
    await reconcile(world.process());
    expect(isAskedFor(world)).toBe(false);
  });

  test('is done for what was asked before the run, and not for what is asked while it is at work', async () => {
    const world = await asked();
    const onCall = (name: string): void => {
      if (name === 'outbox.put') ask(world, followedTo);
    };
    await reconcile(world.process({ onCall }));
    expect(isAskedFor(world)).toBe(true);
    await reconcile(world.process());
    expect(isAskedFor(world)).toBe(false);
  });

  test('is asked for by sync at a new protocol version, and is done by the next run', async () => {
    const next = followedTo + 1;
    const world = await worldOn(followed, 0, { nodes: [upgradedAt(next)] });
    world.setHeight(next);
    expect(await runTick(world.process())).toMatchObject({ to: next, stoppedBy: 'done' });
    expect(world.tables.progress.reconcileFrom).toMatchObject({ height: next, reason: 'a new protocol version' });
    world.pass(anHour);
    await reconcile(world.process());
    expect(isAskedFor(world)).toBe(false);
  });
});
