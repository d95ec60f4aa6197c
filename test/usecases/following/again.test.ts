import { describe, expect, test } from '@jest/globals';
import type { Store } from '../../../lib/store/store.ts';
import { followToTip } from '../../../lib/usecases/following/follow-to-tip.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { chance } from '../../chain/pool/scripts/chance.ts';
import { questionsOf } from '../../recorded-truth/questions.ts';
import type { MemoryTables } from '../../support/memory-store.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { askAll, wrongAnswers } from './follow.ts';
import { copyOf, expectSame, expectWholeTrails, held } from './killed.ts';
import { liquidOf } from './liquid.ts';
import { createWorld, type World } from './world.ts';

const seed = Number(process.env.ASTAKE_SEED ?? 1);
const truth = recordedTruth('chain-a');
const liquid = liquidOf['chain-a'];
const questions = questionsOf(truth, liquid);
const [from, to] = [32, 41];

const worldOf = (tables?: MemoryTables): Promise<World> =>
  createWorld({ height: to, liquid, ...(tables && { tables: copyOf(tables) }) });

/** Everything is stored and followed at `from`; the next tick follows a switch block, mints and transfers. */
async function followed(): Promise<MemoryTables> {
  const world = await worldOf();
  world.setHeight(from);
  const service = world.process();
  await runTick(service);
  await askAll(questions, service);
  return world.tables;
}

async function afterOneRunner(tables: MemoryTables): Promise<object> {
  const world = await worldOf(tables);
  expect((await runTick(world.process())).stoppedBy).toBe('done');
  return held(world.tables);
}

describe('rule FOLLOW-9: a tick that is run again', () => {
  test('reads the tip and publishes the head, and nothing else (rule CLAIM-7)', async () => {
    const world = await worldOf(await followed());
    await runTick(world.process());
    const before = held(world.tables);
    const calls: string[] = [];
    const requests: string[] = [];
    const service = world.process({
      onCall: (call) => void calls.push(call),
      onRequest: (call) => void requests.push(call),
    });
    world.pass(30_000);
    const again = await runTick(service);
    expect(again).toMatchObject({ from: null, to: null, refreshed: 0, stoppedBy: 'done' });
    expect(requests.filter((call) => !['info_get_status', 'chain_get_block'].includes(call))).toEqual([]);
    expect(requests.length).toBeLessThanOrEqual(2);
    const reads = ['progress.read', 'submissions.open'];
    const notes = ['progress.acquireSyncLease', 'progress.seeHead', 'progress.releaseSyncLease', 'progress.noteTick'];
    expect(calls.filter((call) => !reads.includes(call)).sort()).toEqual([...notes].sort());
    expect(held(world.tables)).toEqual(before);
    expect(world.tables.progress.head?.height).toBe(to);
  });

  test('changes nothing but the cursor where only the cursor was not moved', async () => {
    const tables = await followed();
    const world = await worldOf(tables);
    await runTick(world.process());
    const done = held(world.tables);
    const { cursor, followedFrom } = tables.progress;
    Object.assign(world.tables, { progress: { ...world.tables.progress, cursor, followedFrom } });
    const requests: string[] = [];
    const again = await runTick(world.process({ onRequest: (call) => void requests.push(call) }));
    expect(again).toMatchObject({ from: from + 1, to, stoppedBy: 'done' });
    expect(held(world.tables)).toEqual(done);
    await expectWholeTrails(world.tables, tables);
    // No record is read again.
    expect(requests.filter((call) => call === 'query_balance')).toEqual([]);
  });
});

describe('rule FOLLOW-9: two runners at once', () => {
  test('one follows the chain, the other one ends', async () => {
    const tables = await followed();
    const world = await worldOf(tables);
    const ticks = await Promise.all([runTick(world.process()), runTick(world.process())]);
    expect(ticks.map(({ stoppedBy }) => stoppedBy).sort()).toEqual(['busy', 'done']);
    expect(held(world.tables)).toEqual(await afterOneRunner(tables));
  });

  const tokens = { 'the same fencing token': () => 1_000, 'rising fencing tokens': rising(1_000) };

  test.each(Object.entries(tokens))('are safe without the sync lease, with %s', async (_tokens, token) => {
    const tables = await followed();
    const expected = await afterOneRunner(tables);
    const ends = new Set<string>();
    for (let run = 1; run <= 25; run += 1) {
      const world = await worldOf(tables);
      const runners = [1, 2].map((runner) => world.process(unleased(token, `${run} ${runner}`)));
      const ticks = await Promise.all(runners.map((runner) => followToTip(runner)));
      for (const { tick: done } of ticks) ends.add(done.stoppedBy);
      world.pass(20_000);
      const last = world.process(unleased(() => Number.MAX_SAFE_INTEGER, `${run} last`));
      expect((await runTick(last)).stoppedBy).toBe('done');
      expectSame({ seed, run, ...held(world.tables) }, { seed, run, ...expected });
      await expectWholeTrails(world.tables, tables);
      if (run === 1) expect(wrongAnswers(questions, await askAll(questions, last), truth)).toEqual([]);
    }
    expect([...ends].sort()).toEqual(['done', 'overtaken']);
  });
});

/** A runner that always gets the lease, with pauses of its own between the calls of its store. */
function unleased(token: () => number, stream: string) {
  const draw = chance(seed, `two runners ${stream}`);
  return {
    async onCall(): Promise<void> {
      for (let waits = Math.floor(draw.between(0, 4)); waits > 0; waits -= 1) await new Promise(setImmediate);
    },
    around: (store: Store): Store => ({
      ...store,
      progress: { ...store.progress, acquireSyncLease: async () => token(), renewSyncLease: async () => true },
    }),
  };
}

function rising(from: number): () => number {
  let token = from;
  return () => ++token;
}
