import { describe, expect, test } from '@jest/globals';
import { readSyncReport } from '../../../lib/usecases/following/sync-report.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { readHealth } from '../../../lib/usecases/health/health.ts';
import { reconcile } from '../reconciliation/run.ts';
import { allOf } from './alter.ts';
import { changing, hashesAt, noState, notFound, registry, unknownKind } from './altered-results.ts';
import { askAll, wrongAnswers } from './follow.ts';
import { end, followed, height, questions, start, truth } from './proved.ts';
import type { Alter, World } from './world.ts';

const transactions = hashesAt(height);
/** Of an account whose balance changes in this block, and in none after it. */
const purse = '6213451e52b32b031206b5a0657c6cdfb1988d167073376f2e60973c7a24c5e4';
const leftOut = changing((result) => {
  result.effects = result.effects.filter(({ key }: { readonly key: string }) => !key.includes(purse));
}, transactions);
const unknownMember = changing((result) => Object.assign(result, { extra: 1 }));

/** How nodes can say what a block wrote so that nothing shows whether it is all. */
const ways: readonly (readonly [string, Alter, string])[] = [
  [
    'append an unknown member to a result',
    unknownMember,
    'its results have the member extra, whose form is not known, so that nothing shows that they are whole',
  ],
  ['write an effect in an unknown kind', unknownKind, 'Replace'],
  [
    'say that the block has no checksum',
    registry(() => notFound),
    'no node has the checksum of its results, so that nothing shows that they are whole',
  ],
  ['have pruned the state of the block', registry(() => noState), 'no node has the checksum of its results'],
];

/** What a transaction itself is, no reading proves. */
const others = questions.filter(({ kind, id }) => kind !== 'transaction' || !transactions.includes(id));
/** Of a process that knows of the last tick. */
const wrong = async (world: World): Promise<readonly object[]> =>
  wrongAnswers(others, await askAll(others, world.process()), truth);

const events = (world: World): object[] =>
  [...world.tables.outbox.values()].flatMap(({ event }) => (event.type === 'BlockUnseen' ? [event.detail] : []));

/** Sync stands below the block, all records are kept, and the chain is at `end`. */
async function followedBelow(nodes: readonly Alter[], options?: Parameters<typeof followed>[1]) {
  const { world, service } = await followed(nodes, options);
  world.setHeight(height - 1);
  expect(await runTick(service)).toMatchObject({ to: height - 1, stoppedBy: 'done', unseen: [] });
  await askAll(questions, world.process());
  world.setHeight(end);
  return { world, service };
}

/** Ticks until sync is at the end; undefined: not within so many. */
async function ticksToEnd(world: World, most: number): Promise<number | undefined> {
  for (let count = 1; count <= most; count += 1) {
    await runTick(world.process());
    if (world.tables.progress.cursor?.height === end) return count;
    world.pass(30_000);
  }
  return undefined;
}

const failure = (code: number) => ({ jsonrpc: '2.0', id: 1, error: { code, message: 'no answer' } });

/** A node that has nothing to say of what the block wrote. */
const sayingNothing: Alter = allOf([
  registry(() => failure(-32603)),
  (method, params, forward) =>
    method === 'info_get_transaction' && transactions.includes(String(Object.values(params.transaction_hash)[0]))
      ? failure(-32014)
      : forward(),
]);

describe.each(ways)(
  'rules PROOF-7 and FOLLOW-10: where all nodes %s, and leave out what it wrote',
  (_what, way, why) => {
    const lie = allOf([way, leftOut]);

    test('the block is passed unseen: no reader gets an old value, and it is said why', async () => {
      const { world, service } = await followedBelow([lie, lie]);
      expect(await runTick(service)).toMatchObject({ from: height, to: end, stoppedBy: 'done', unseen: [height] });
      expect(world.tables.progress).toMatchObject({ cursor: truth.block(end), followedFrom: height });
      expect(await wrong(world)).toEqual([]);

      const reason = expect.stringMatching(new RegExp(`^block ${height} cannot be read whole: .*${why}`));
      const unseen = { height, hash: truth.block(height).hash, reason };
      expect(events(world)).toEqual([{ ...unseen, passedBy: 'service' }]);
      expect(world.tables.audit.get('service#sync')?.at(-1)).toMatchObject({ cause: 'sync', after: { unseen } });
      expect((await readSyncReport(service)).reconcileFrom).toMatchObject({
        height,
        reason: expect.stringContaining(why),
      });
      expect(world.counted.get('SyncBlocksProved')).toBe(end - start - 1);
      expect(service.chain.report().map(({ code }) => code)).not.toContain('barred');
    });

    test('what the nodes say is taken, and said, with ASTAKE_UNSIGNED=label', async () => {
      const { world, service } = await followedBelow([lie, lie], { unsigned: 'label' });
      expect(await runTick(service)).toMatchObject({ to: end, stoppedBy: 'done', unseen: [] });
      expect(world.counted.get('SyncBlocksProved')).toBe(end - start - 1);
      expect(world.logged.filter((line) => line.includes('what a block wrote is as a node says'))).toEqual([
        expect.stringMatching(new RegExp(`"height":${height},.*${why}`)),
      ]);
      // It is what the test above is about: the nodes are believed.
      expect(await wrong(world)).not.toEqual([]);
    });

    test.each([
      { nodes: 1, ticks: 3, others: [] },
      { nodes: 2, ticks: 10, others: [sayingNothing] },
    ])('$nodes node(s) of which one gives it so pass it in tick $ticks', async ({ ticks, others: silent }) => {
      const { world } = await followedBelow([lie, ...silent]);
      expect(await ticksToEnd(world, ticks)).toBe(ticks);
      expect(world.tables.progress.followedFrom).toBe(height);
      expect(await wrong(world)).toEqual([]);
    });
  },
);

describe('rules PROOF-7 and FOLLOW-10: many blocks whose results cannot be proved', () => {
  const heights = Array.from({ length: end - start }, (_, step) => start + 1 + step).filter(
    (at) => hashesAt(at).length > 0,
  );
  const inAll = changing(
    (result) => Object.assign(result, { extra: 1 }),
    heights.flatMap((at) => hashesAt(at)),
  );

  test('are passed in one tick and ask for one reconciliation, health says what to do until one has ended', async () => {
    const { world, service } = await followed([inAll, inAll]);
    expect(await runTick(service)).toMatchObject({ to: end, stoppedBy: 'done', unseen: heights });
    expect(events(world)).toHaveLength(heights.length);
    expect(world.tables.progress.reconcileFrom).toMatchObject({ height: heights.at(-1) });
    expect(await wrong(world)).toEqual([]);
    const { reasons } = (await readHealth(service)).components.sync;
    expect(reasons).toEqual([
      expect.objectContaining({
        code: 'reconciliation_owed',
        detail: expect.stringContaining('the member extra, whose form is not known'),
        action: expect.stringContaining('newer version of this service'),
      }),
    ]);

    world.pass(3_600_000);
    await reconcile(service);
    await reconcile(service);
    expect(world.tables.progress.reconcileFrom).toBeNull();
    expect(JSON.stringify((await readHealth(service)).components.sync)).not.toContain('reconciliation_owed');
    expect(await wrong(world)).toEqual([]);
  });

  test('because nodes have pruned their state are passed, and the blocks above them are proved', async () => {
    const pruned = heights.filter((at) => at < height);
    const node = registry(() => noState, pruned);
    const { world, service } = await followed([node, node]);
    expect(await runTick(service)).toMatchObject({ to: end, stoppedBy: 'done', unseen: pruned });
    expect(world.tables.progress).toMatchObject({ followedFrom: pruned.at(-1), cursor: truth.block(end) });
    expect(world.counted.get('SyncBlocksProved')).toBe(end - start - pruned.length);
    expect(await wrong(world)).toEqual([]);
  });

  test('are waited for where no node says anything of their checksums', async () => {
    const node = registry(() => failure(-32603));
    const { world } = await followed([node, node]);
    expect(await ticksToEnd(world, 12)).toBeUndefined();
    expect(world.tables.progress).toMatchObject({ cursor: truth.block(height - 1), reconcileFrom: null });
  });

  test('are followed as nodes say where nothing is proved', async () => {
    const { world, service } = await followed([inAll, inAll], { percent: 0 });
    expect(await runTick(service)).toMatchObject({ to: end, stoppedBy: 'done', unseen: [] });
    expect(world.counted.get('SyncBlocksProved')).toBeUndefined();
    expect(await wrong(world)).toEqual([]);
  });
});
