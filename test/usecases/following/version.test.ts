import { describe, expect, test } from '@jest/globals';
import { recordedExamples } from '../../../infra/local/dev-chain/recorded-examples.ts';
import { eraBasis } from '../../../lib/domain/basis.ts';
import { refKey } from '../../../lib/domain/entity.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import { LOGIC_VERSION } from '../../../lib/domain/progress.ts';
import type { Service } from '../../../lib/domain/service.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { type Question, questionsOf } from '../../recorded-truth/questions.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { upgradedAt } from './alter.ts';
import { ask, askAll, recordsIn, wrongAnswers } from './follow.ts';
import { liquidOf } from './liquid.ts';
import { createWorld, type World } from './world.ts';

const truth = recordedTruth('chain-a');
const liquid = liquidOf['chain-a'];
const questions = questionsOf(truth, liquid);
const token = questions.find(({ kind, truth: data }) => kind === 'asset' && data(36) !== null) as Question;

async function followed(upgrade: number): Promise<{ readonly world: World; readonly service: Service }> {
  const world = await createWorld({ height: 36, liquid, nodes: [upgradedAt(upgrade)] });
  const service = world.process();
  await runTick(service);
  await askAll(questions, service);
  return { world, service };
}

/** By how many blocks cached tokens of a block below `from` are verified beyond that block. */
async function claimedBeyond(world: World, service: Service, from: number): Promise<Set<number>> {
  world.pass(6_000);
  const own = recordsIn(world.tables);
  const answers = await askAll(questions, service);
  expect(wrongAnswers(questions, answers, truth)).toEqual([]);
  const beyond = answers.flatMap(({ source, block, verifiedThrough, ref }) => {
    const isMeant = source === 'cache' && ref.kind === 'asset' && (own.get(refKey(ref)) ?? from) < from;
    return isMeant ? [verifiedThrough.height - block.height] : [];
  });
  expect(beyond.length).toBeGreaterThan(10);
  return new Set(beyond);
}

describe('rule FOLLOW-7: a new protocol version', () => {
  test('sets followedFrom to its first block: earlier records are not claimed through it, and everything is to be reconciled', async () => {
    const { world, service } = await followed(39);
    const bases = basesIn(world);
    world.setHeight(42);
    expect(await runTick(service)).toMatchObject({ from: 37, to: 42, stoppedBy: 'done' });
    expect(world.tables.progress).toMatchObject({
      cursor: truth.block(42),
      followedFrom: 39,
      protocolVersion: '2.1.0',
      reconcileFrom: { height: 39, reason: 'a new protocol version' },
    });
    expect(basesIn(world)).toEqual(new Map([...bases.keys()].map((name) => [name, [42, name === eraBasis ? 42 : 39]])));
    expect(await claimedBeyond(world, service, 39)).toEqual(new Set([0]));

    await ask(token, service, { ...defaultReadOptions, noCache: true });
    world.setHeight(45);
    await runTick(service);
    expect(world.tables.progress).toMatchObject({ followedFrom: 39, reconcileFrom: { height: 39 } });
    world.pass(6_000);
    expect(await ask(token, service)).toMatchObject({ source: 'cache', verifiedThrough: { height: 45 } });
  });

  test.each([37, 42])('does the same in the first or the last block of a batch (%i)', async (upgrade) => {
    const { world, service } = await followed(upgrade);
    world.setHeight(42);
    expect(await runTick(service)).toMatchObject({ from: 37, to: 42, stoppedBy: 'done' });
    expect(world.tables.progress).toMatchObject({ followedFrom: upgrade, reconcileFrom: { height: upgrade } });
    expect(await claimedBeyond(world, service, upgrade)).toEqual(new Set([0]));
  });
});

describe('rule FOLLOW-3: other settings', () => {
  test('make sync read every basis again, and the tokens of a new collection are found from then on', async () => {
    const all = recordedExamples['chain-a'].collections;
    const only = { ASTAKE_COLLECTIONS: JSON.stringify({ tickets: all.tickets }) };
    const before = await createWorld({ height: 48, liquid, env: only });
    await runTick(before.process());
    await askAll(
      questions.filter(({ kind }) => kind !== 'asset' && kind !== 'collection'),
      before.process(),
    );
    const { settings } = before.tables.progress;

    const world = await createWorld({ height: 52, liquid, tables: before.tables });
    const service = world.process();
    expect(await runTick(service)).toMatchObject({ from: 49, to: 52, stoppedBy: 'done' });
    expect(world.tables.progress).toMatchObject({ followedFrom: 48, reconcileFrom: null });
    expect(world.tables.progress.settings).not.toBe(settings);
    const layout = (hash: string) => basesIn(world).get(`layout:${hash}`)?.join();
    // A basis that was known and is the same keeps its date of change.
    expect([layout(all.tickets.package), layout(all.villas.package)]).toEqual(['52,48', '52,52']);
    const villas = [...recordsIn(world.tables).keys()].filter((key) => key.startsWith(`asset#${all.villas.package}`));
    expect(villas.map((key) => key.split(':')[1]).sort()).toEqual(['0', '2']);
    world.pass(6_000);
    expect(wrongAnswers(questions, await askAll(questions, service), truth)).toEqual([]);
  });
});

describe('rule ITEM-5: a logic version', () => {
  test('in the store that is higher ends the tick: nothing is written', async () => {
    const { world, service } = await followed(200);
    world.tables.progress = { ...world.tables.progress, logicVersion: LOGIC_VERSION + 1 };
    const { records, audit, cache } = structuredClone(world.tables);
    world.setHeight(42);
    expect(await runTick(service)).toMatchObject({ from: null, stoppedBy: 'rules', refreshed: 0 });
    const { mark, cursor, logicVersion } = world.tables.progress;
    expect({ mark, cursor, logicVersion }).toEqual({
      mark: 36,
      cursor: truth.block(36),
      logicVersion: LOGIC_VERSION + 1,
    });
    expect([world.tables.records, world.tables.audit, world.tables.cache]).toEqual([records, audit, cache]);
    expect(await claimedBeyond(world, service, 42)).toEqual(new Set([0]));
  });

  test('in the store that is lower is raised, and its records claim their own block only', async () => {
    const { world, service } = await followed(200);
    world.tables.progress = { ...world.tables.progress, logicVersion: LOGIC_VERSION - 1 };
    for (const [key, record] of world.tables.records)
      world.tables.records.set(key, { ...record, logicVersion: LOGIC_VERSION - 1 });
    for (const [key, { entry, expiresAt }] of world.tables.cache)
      world.tables.cache.set(key, { entry: { ...entry, logicVersion: LOGIC_VERSION - 1 }, expiresAt });
    world.setHeight(42);
    expect(await runTick(service)).toMatchObject({ from: 37, to: 42, stoppedBy: 'done' });
    expect(world.tables.progress).toMatchObject({
      logicVersion: LOGIC_VERSION,
      followedFrom: 36,
      cursor: truth.block(42),
    });
    const refreshed = [...world.tables.records.values()].filter(({ block }) => block.height > 36);
    expect([refreshed.length > 5, new Set(refreshed.map(({ logicVersion }) => logicVersion))]).toEqual([
      true,
      new Set([LOGIC_VERSION]),
    ]);
    expect(await claimedBeyond(world, world.process(), 37)).toEqual(new Set([0]));
  });
});

/** Height of its block and of its latest change, by name. */
const basesIn = ({ tables }: World): Map<string, (number | undefined)[]> =>
  new Map(
    [...tables.records.values()]
      .filter(({ ref }) => ref.kind === 'basis')
      .map(({ ref, block, changedAt }) => [ref.id, [block.height, changedAt]]),
  );
