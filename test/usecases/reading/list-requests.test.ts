import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createTables, type Engine, startEngine } from '../../../infra/local/engine/engine.ts';
import { digestOf } from '../../../lib/domain/digest.ts';
import type { Running } from '../../../lib/runtime/service.ts';
import { createDynamo } from '../../../lib/store/dynamodb/client.ts';
import { createStore, type Store } from '../../../lib/store/store.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { findListed } from '../../../lib/usecases/reading/find.ts';
import { makeWhole } from '../../recorded-truth/whole.ts';
import { recordOf } from '../../store/samples.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { createWorld, type World } from '../following/world.ts';

const truth = recordedTruth('chain-a');
const villas = truth.collections.find(({ alias }) => alias === 'villas')?.packageHash ?? '';
const owner = `account-hash-${'ab'.repeat(32)}`;
const held = 250;
const height = 40;

let engine: Engine;
let world: World;
let sent: string[] = [];
beforeAll(async () => {
  engine = await startEngine();
  const dynamo = createDynamo({ endpoint: engine.endpoint, requestTimeoutMs: 60_000 });
  dynamo.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        sent.push(String(commandName));
        return next(args);
      },
    { name: 'counted', step: 'initialize' },
  );
  await createTables(dynamo, 'lists');
  const store = createStore(dynamo, 'lists');
  world = await createWorld({ height, store });
  const service = world.process();
  await runTick(service);
  await makeWhole(truth, service);
  await hold(service, store);
});
afterAll(() => engine?.stop());

/** As large as records of tokens are. */
async function hold({ definitions }: Running, store: Store): Promise<void> {
  const value = { standard: 'cep78', owner, burnt: false, approved: null, assetValue: null, verified: null };
  for (let token = 0; token < held; token += 1) {
    const whole = { ...value, metadata: JSON.stringify({ name: `villa ${token}`, text: 'x'.repeat(500) }) };
    await store.records.save(
      recordOf({
        id: `${villas}:${1_000 + token}`,
        height,
        hash: truth.block(height).hash,
        value: whole,
        digest: digestOf(whole),
        definition: definitions.get('asset')?.definition ?? '',
        bases: [],
        owner,
      }),
      undefined,
      undefined,
    );
  }
}

test.each([
  ['an owner', { owner, collection: villas }],
  ['an owner, in all collections', { owner }],
  ['a collection', { collection: villas }],
] as const)('a page of 100 of %s is one query and one batch of records', async (_, list) => {
  const service = world.process();
  const collections = service.shared.discovering.map(({ rootKey }) => rootKey.slice(5));
  const pages: string[][] = [];
  let after: string | undefined;
  do {
    sent = [];
    const page = await findListed({ kind: 'asset', list, limit: 100, after, collections }, service);
    pages.push(sent);
    expect(page.exactAt?.height).toBe(height);
    if (page.last !== undefined) expect(page.answers.length).toBe(100);
    after = page.last?.id;
  } while (after !== undefined);
  const [first, ...others] = pages;
  expect(pages.length).toBe(3);
  for (const page of others) expect(page).toEqual(['QueryCommand', 'BatchGetItemCommand']);
  // Progress, then states, doubtful tokens and bases together: once a second for each process, for all of its callers.
  expect(first?.length).toBeLessThanOrEqual(6);
});
