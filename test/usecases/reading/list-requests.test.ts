import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createTables, type Engine, startEngine } from '../../../infra/local/engine/engine.ts';
import { digestOf } from '../../../lib/domain/digest.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import type { Running } from '../../../lib/runtime/service.ts';
import { createDynamo } from '../../../lib/store/dynamodb/client.ts';
import { createStore, type Store } from '../../../lib/store/store.ts';
import { beginEnumeration } from '../../../lib/usecases/collecting/begin-enumeration.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { findListed, type List } from '../../../lib/usecases/reading/find.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { tokensOfPage, withTokens } from '../../../lib/usecases/reading/with-tokens.ts';
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
let contended = false;
beforeAll(async () => {
  engine = await startEngine();
  const dynamo = createDynamo({ endpoint: engine.endpoint, requestTimeoutMs: 60_000 });
  dynamo.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        sent.push(String(commandName));
        if (contended && commandName === 'TransactGetItemsCommand')
          throw new TransactionCanceledException({ $metadata: {}, message: 'a write is under way' });
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
  // As each execution of the state machine does.
  await beginEnumeration(service);
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

const lists = [
  ['an owner', { owner, collection: villas }],
  ['an owner, in all collections', { owner }],
  ['a collection', { collection: villas }],
] as const;
const page = ['QueryCommand', 'BatchGetItemCommand'];

test.each(lists)(
  'a page of 100 of %s is one query and one batch of records; the first one of a second one more',
  async (_, list) => {
    const service = world.process();
    const collections = collectionsOf(list, service);
    const pages: string[][] = [];
    let after: string | undefined;
    do {
      sent = [];
      const found = await findListed({ kind: 'asset', list, limit: 100, after, collections }, service);
      pages.push(sent);
      expect(found.exactAt?.height).toBe(height);
      if (found.last !== undefined) expect(found.answers.length).toBe(100);
      after = found.last?.id;
    } while (after !== undefined);
    const [first, ...others] = pages;
    expect(pages.length).toBe(3);
    for (const other of others) expect(other).toEqual(page);
    // What the lists are judged by, in one: once a second for each process, for all of its callers.
    expect(first).toEqual(['TransactGetItemsCommand', ...page]);
  },
);

test('no page of a process takes more than three requests, whichever lists are read at the same time', async () => {
  const service = world.process();
  await service.snapshots.current();
  for (const [, list] of [...lists, ...lists]) {
    sent = [];
    const found = await findListed(
      { kind: 'asset', list, limit: 100, collections: collectionsOf(list, service) },
      service,
    );
    expect(found.exactAt?.height).toBe(height);
    expect(sent.length).toBeLessThanOrEqual(3);
  }
});

test('what a page of collections says of their tokens is two requests, however many they are (rule COLLECT-6)', async () => {
  const service = world.process();
  const hashes = service.shared.discovering.map(({ packageHash }) => packageHash);
  expect(hashes.length).toBeGreaterThan(1);
  const answers = await Promise.all(
    hashes.map((id) => lookup({ kind: 'collection', id }, defaultReadOptions, service)),
  );
  async function withAllTokens(): Promise<unknown[]> {
    const tokens = tokensOfPage(hashes, service);
    const shown = await Promise.all(answers.map((answer) => withTokens(answer, service, tokens)));
    return shown.map(({ data }) => (data as { readonly tokens?: object }).tokens);
  }
  // The first one counts.
  const counted = await withAllTokens();
  expect(counted).not.toContain(undefined);
  await service.snapshots.renewed();
  sent = [];
  expect(await withAllTokens()).toEqual(counted);
  expect(sent).toEqual(['TransactGetItemsCommand', 'BatchGetItemCommand']);
  const alone = await Promise.all(answers.map((answer) => withTokens(answer, service)));
  expect(alone.map(({ data }) => (data as { readonly tokens?: object }).tokens)).toEqual(counted);
});

test('while an item is written that lists are judged by, they are judged by requests one after another (rule COLLECT-9)', async () => {
  const service = world.process();
  contended = true;
  try {
    sent = [];
    const found = await findListed({ kind: 'asset', list: { owner }, limit: 100, collections: [villas] }, service);
    expect([found.exactAt?.height, found.answers.length]).toEqual([height, 100]);
    expect(sent.filter((command) => command === 'QueryCommand').length).toBe(2);
  } finally {
    contended = false;
  }
});

const collectionsOf = (list: List, { shared }: Running): readonly string[] =>
  list.collection === undefined ? shared.discovering.map(({ packageHash }) => packageHash) : [list.collection];
