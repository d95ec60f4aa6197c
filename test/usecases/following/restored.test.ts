import { PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createTables, type Engine, startEngine } from '../../../infra/local/engine/engine.ts';
import { parseRefKey, refKey } from '../../../lib/domain/entity.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import { createDynamo, type Dynamo } from '../../../lib/store/dynamodb/client.ts';
import { createStore, type Store } from '../../../lib/store/store.ts';
import { type TableName, tableName, tableNames } from '../../../lib/store/tables.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { questionsOf } from '../../recorded-truth/questions.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { reconcile } from '../reconciliation/run.ts';
import { ask, askAll, idOf, wrongAnswers } from './follow.ts';
import { liquidOf } from './liquid.ts';
import { createWorld, type World } from './world.ts';

const truth = recordedTruth('chain-a');
const liquid = liquidOf['chain-a'];
const questions = questionsOf(truth, liquid);
const dayMs = 86_400_000;
/** Between the two, accounts, tokens and positions change, and an era ends. */
const [restoredAt, later, last] = [42, 60, 66];

/** A safety net against hanging: no verdict depends on it. */
jest.setTimeout(600_000);

let engine: Engine;
let dynamo: Dynamo;
let prefixes = 0;
beforeAll(async () => {
  engine = await startEngine();
  dynamo = createDynamo({ endpoint: engine.endpoint, requestTimeoutMs: 60_000 });
});
afterAll(async () => {
  dynamo?.destroy();
  await engine?.stop();
});

interface Generation {
  readonly prefix: string;
  readonly store: Store;
}

async function generation(): Promise<Generation> {
  const prefix = `restored-${process.pid}-${++prefixes}`;
  await createTables(dynamo, prefix);
  return { prefix, store: createStore(dynamo, prefix) };
}

/** As DynamoDB does, a table at a time, each under a new name. */
async function restore(from: Generation, to: Generation, names: readonly TableName[]): Promise<void> {
  for (const name of names) {
    const { Items = [] } = await dynamo.send(new ScanCommand({ TableName: tableName(from.prefix, name) }));
    for (const Item of Items) await dynamo.send(new PutCommand({ TableName: tableName(to.prefix, name), Item }));
  }
}

const followed = async (height: number, world: World): Promise<void> => {
  world.setHeight(height);
  expect((await runTick(world.process())).stoppedBy).toBe('done');
};

/** Everything was read, and sync has followed the chain to `restoredAt`. */
async function beforeTheLoss(): Promise<{ readonly from: Generation; readonly world: World }> {
  const from = await generation();
  const world = await createWorld({ height: 36, liquid, store: from.store });
  await followed(36, world);
  await askAll(questions, world.process());
  await followed(restoredAt, world);
  return { from, world };
}

/** What is restored to one moment; the rest is made again. */
const kept: readonly TableName[] = [
  'records',
  'listings',
  'activity',
  'rewards',
  'audit',
  'conflicts',
  'submissions',
  'local-data',
  'webhooks',
  'keys',
  'progress',
];

test.each<readonly [string, readonly TableName[]]>([
  ['as the runbook says', kept],
  ['with nothing but the records', ['records', 'audit']],
  ['with a cache too', [...kept, 'cache']],
  ['all tables', tableNames],
])('rule ITEM-6: tables that were restored, %s, claim nothing that is not true', async (_, names) => {
  const { from } = await beforeTheLoss();
  const to = await generation();
  await restore(from, to, names);
  const world = await createWorld({ height: restoredAt, liquid, store: to.store });
  // The first tick is at the very block of what was restored: no gap is between the two.
  await followed(restoredAt, world);
  for (const height of [restoredAt, later, last]) {
    await followed(height, world);
    const answers = await askAll(questions, world.process());
    expect(wrongAnswers(questions, answers, truth)).toEqual([]);
  }
  expect(world.counted.get('Missed')).toBeUndefined();
});

test('rule ITEM-6: a progress of a later moment than the cache claims nothing for it, and begins a fork of its own', async () => {
  const { from, world: before } = await beforeTheLoss();
  const to = await generation();
  await restore(from, to, [...kept, 'cache', 'watches'].filter((name) => name !== 'progress') as TableName[]);
  await followed(later, before);
  await restore(from, to, ['progress']);
  expect(await to.store.progress.read()).toMatchObject({
    cursor: null,
    followedFrom: null,
    activityFrom: null,
    fork: 1,
  });
  const world = await createWorld({ height: later, liquid, store: to.store });
  const reader = world.process();
  const unsynced = await Promise.all(
    questions.map((question) => ask(question, reader, { ...defaultReadOptions, maxStale: 1e9 })),
  );
  expect(wrongAnswers(questions, unsynced, truth)).toEqual([]);
  await followed(later, world);
  expect(wrongAnswers(questions, await askAll(questions, world.process()), truth)).toEqual([]);
  expect(await to.store.progress.read()).toMatchObject({ cursor: truth.block(later), fork: 1, followedFrom: later });
});

test('rule ITEM-6: who reads a restored record, and reconciliation where no one does, has it tracked again', async () => {
  const { from } = await beforeTheLoss();
  const to = await generation();
  await restore(from, to, kept);
  const world = await createWorld({ height: restoredAt, liquid, store: to.store });
  const service = world.process();
  await followed(restoredAt, world);
  const [first, ...others] = questions.filter(({ kind }) => kind === 'account').map((one) => idOf(one, service));
  if (first === undefined) throw new Error('the recording has no account');
  expect(await to.store.records.get(first)).toMatchObject({ restoredUntil: expect.any(String) });
  await ask({ kind: 'account', id: first.id } as (typeof questions)[number], service);
  const read = await to.store.records.get(first);
  expect(read?.restoredUntil).toBeUndefined();
  // What was checked within the day is left out.
  world.pass(dayMs);
  const { run, tally } = await reconcile(service);
  expect(run.status).toBe('finished');
  expect(tally.counts.missed).toBe(0);
  for (const ref of others) {
    const record = await to.store.records.get(ref);
    const stored = await from.store.records.get(parseRefKey(refKey(ref)));
    if (stored === undefined) continue;
    expect([ref.id, record?.restoredUntil, record?.trackedUntil]).toEqual([ref.id, undefined, stored.trackedUntil]);
    const watched = await to.store.watches.missing([{ watcher: refKey(ref), keys: record?.readSet ?? [], until: 0 }]);
    expect([ref.id, watched]).toEqual([ref.id, [[]]]);
  }
});
