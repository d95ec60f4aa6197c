import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTables, type Engine, startEngine } from '../../../infra/local/engine/engine.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import type { Running } from '../../../lib/runtime/service.ts';
import { createDynamo, type Dynamo } from '../../../lib/store/dynamodb/client.ts';
import { createStore, type Store } from '../../../lib/store/store.ts';
import { verifyTrail } from '../../../lib/usecases/audit/verify-trail.ts';
import { resolveConflicts } from '../../../lib/usecases/conflicts/resolve-conflict.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { findListed } from '../../../lib/usecases/reading/find.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { recordedTruth, type Token } from '../../support/recorded-truth.ts';
import { createWorld, type World } from './world.ts';

const truth = recordedTruth('chain-a');
const [villa, other] = truth.tokens.filter(({ collection }) => collection === 'villas') as [Token, Token];
const refOf = ({ packageHash, tokenId }: Token) => ({ kind: 'asset', id: `${packageHash}:${tokenId}` });
const ref = refOf(villa);
const key = { ref: `asset#${ref.id}` };
const owner = (truth.asset(villa, 30) as { owner: string }).owner;

let engine: Engine;
let dynamo: Dynamo;
let prefixes = 0;
beforeAll(async () => {
  engine = await startEngine();
  dynamo = createDynamo({ endpoint: engine.endpoint, requestTimeoutMs: 60_000 });
});
afterAll(() => engine?.stop());

interface Broken {
  readonly world: World;
  readonly service: Running;
  readonly store: Store;
  readonly rows: string;
}

/** Followed to 30, with villa 0 stored; the villa changes hands at 31. */
async function followed(): Promise<Broken> {
  const prefix = `rows-${++prefixes}`;
  await createTables(dynamo, prefix);
  const store = createStore(dynamo, prefix);
  const world = await createWorld({ height: 30, store });
  const service = world.process();
  await runTick(service);
  await lookup(ref, defaultReadOptions, service);
  await lookup(refOf(other), defaultReadOptions, service);
  return { world, service, store, rows: `${prefix}-records` };
}

const set = (TableName: string, row: object, name: string, value: unknown) =>
  dynamo.send(
    new UpdateCommand({
      TableName,
      Key: row,
      UpdateExpression: 'SET #name = :value',
      ExpressionAttributeNames: { '#name': name },
      ExpressionAttributeValues: { ':value': value },
    }),
  );

/** Every answer is true, and the cursor is at the height. */
async function expectTrue({ world, store }: Broken, height: number): Promise<void> {
  for (const token of [villa, other]) {
    const { data, block, verifiedThrough } = await lookup(refOf(token), defaultReadOptions, world.process());
    expect([block.height, data]).toEqual([block.height, truth.asset(token, block.height)]);
    expect(data).toEqual(truth.asset(token, verifiedThrough.height));
  }
  expect((await store.progress.read()).cursor?.height).toBe(height);
}

describe('a row that was broken from outside does not stop sync', () => {
  test('rule CONFLICT-3: its value is not JSON: it is in conflict, and corrected', async () => {
    const broken = await followed();
    await set(broken.rows, key, 'value', '{');
    expect(
      (await findListed({ kind: 'asset', list: { owner }, limit: 10 }, broken.service)).answers.length,
    ).toBeGreaterThan(0);
    broken.world.setHeight(31);
    expect((await runTick(broken.service)).stoppedBy).toBe('done');
    await expectTrue(broken, 31);
    await resolveConflicts({ limit: 10, dryRun: false }, broken.service);
    expect((await broken.store.records.get(ref))?.conflict).toBeNull();
    expect((await broken.store.records.get(ref))?.value).toMatchObject({
      owner: (truth.asset(villa, 31) as { owner: string }).owner,
    });
    await expectTrue(broken, 31);
  });

  test('rule BASIS-4: the value of the era basis is not JSON: it is written again at the next switch block', async () => {
    const broken = await followed();
    await set(broken.rows, { ref: 'basis#era' }, 'value', '{');
    for (const height of [31, 32, 33, 34]) {
      broken.world.setHeight(height);
      expect((await runTick(broken.service)).stoppedBy).toBe('done');
      await expectTrue(broken, height);
    }
    const era = await broken.store.records.get({ kind: 'basis', id: 'era' });
    expect(era).toMatchObject({ block: { height: 33 }, changedAt: 33, value: { value: {} } });
  });

  test('rule FOLLOW-6: attributes are missing: sync goes on without it, and no answer claims it', async () => {
    const broken = await followed();
    const remove = 'REMOVE #digest, #sequence';
    const names = { '#digest': 'digest', '#sequence': 'sequence' };
    await dynamo.send(
      new UpdateCommand({
        TableName: broken.rows,
        Key: key,
        UpdateExpression: remove,
        ExpressionAttributeNames: names,
      }),
    );
    broken.world.setHeight(31);
    const stops: string[] = [];
    for (let count = 1; count <= 6 && stops.at(-1) !== 'done'; count += 1) {
      stops.push((await runTick(broken.service)).stoppedBy);
      broken.world.pass(30_000);
    }
    expect(stops.at(-1)).toBe('done');
    await expectTrue(broken, 31);
  });

  test('rule ITEM-3: it was deleted: it is saved again, chained to the end of its audit trail', async () => {
    const broken = await followed();
    await dynamo.send(new DeleteCommand({ TableName: broken.rows, Key: key }));
    broken.world.setHeight(31);
    expect((await runTick(broken.service)).stoppedBy).toBe('done');
    await expectTrue(broken, 31);
    expect(await broken.store.records.get(ref)).toMatchObject({ sequence: 2, block: { height: 31 } });
    expect(await verifyTrail(ref, true, broken.store)).toEqual({ entries: 2, broken: undefined });
  });

  test('rule ITEM-3: it was set back to an earlier version: the next save is chained to the end of its audit trail', async () => {
    const broken = await followed();
    const { Item: once } = await dynamo.send(new GetCommand({ TableName: broken.rows, Key: key }));
    broken.world.setHeight(31);
    await runTick(broken.service);
    await dynamo.send(new PutCommand({ TableName: broken.rows, Item: once }));
    broken.world.setHeight(32);
    expect((await runTick(broken.service)).stoppedBy).toBe('done');
    await expectTrue(broken, 32);
    const record = await broken.store.records.get(ref);
    expect(record?.block.height).toBe(32);
    expect(await verifyTrail(ref, true, broken.store)).toEqual({ entries: record?.sequence, broken: undefined });
  });
});
