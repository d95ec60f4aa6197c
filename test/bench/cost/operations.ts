import type { CostCounts, OperationCounts, OperationName, StoreUnits } from '../../../infra/cost/counted.ts';
import { recordedExamples } from '../../../infra/local/dev-chain/recorded-examples.ts';
import { createTables, type Engine, startEngine } from '../../../infra/local/engine/engine.ts';
import type { EntityRef } from '../../../lib/domain/entity.ts';
import { defaultReadOptions, type ReadOptions } from '../../../lib/domain/freshness.ts';
import type { Running } from '../../../lib/runtime/service.ts';
import { createDynamo } from '../../../lib/store/dynamodb/client.ts';
import { createStore } from '../../../lib/store/store.ts';
import { publishEvents } from '../../../lib/usecases/events/publish-events.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { lookupMany } from '../../../lib/usecases/reading/lookup-many.ts';
import { recordedAccounts, recordedTransactions } from '../../contract/recorded.ts';
import { createWorld, type World } from '../../usecases/following/world.ts';
import { reconcile } from '../../usecases/reconciliation/run.ts';
import { meterStore } from './meter.ts';
import { storedBytes } from './stored-bytes.ts';

const prefix = 'bench-cost';
/** A block after which ten and more follow that write nothing of the accounts below. */
const height = 93;
const day = 86_400_000;
const batch = 20;
const mostEvents = 500;

interface Metered {
  readonly world: World;
  stored(): Promise<CostCounts['storedBytes']>;
  measure(work: (service: Running) => Promise<unknown>, service?: Running): Promise<OperationCounts>;
}

/** Each operation against the embedded engine, which says what DynamoDB would charge, and a recorded node. */
export async function countOperations(): Promise<Pick<CostCounts, 'operations' | 'storedBytes'>> {
  const reads = await onOwnEngine(countReads);
  const ticks = await onOwnEngine(countTicks, following);
  const tracked = await onOwnEngine(countTracked(ticks), following);
  const operations: Named = { ...reads, ...ticks, ...tracked.operations };
  return { operations: operations as CostCounts['operations'], storedBytes: tracked.storedBytes };
}

type Named = Partial<Record<OperationName, OperationCounts>>;

async function onOwnEngine<Result>(
  count: (metered: Metered) => Promise<Result>,
  env: Readonly<Record<string, string>> = {},
): Promise<Result> {
  const engine = await ownEngine();
  const dynamo = createDynamo({ endpoint: engine.endpoint, requestTimeoutMs: 10_000 });
  const consumed = meterStore(dynamo);
  try {
    await createTables(dynamo, prefix);
    const world = await createWorld({ recording: 'chain-d', height, store: createStore(dynamo, prefix), env });
    return await count({ world, measure: meter(world, consumed), stored: () => storedBytes(dynamo, prefix) });
  } finally {
    dynamo.destroy();
    await engine.stop();
  }
}

/** In memory, and not the one of the local stack, which keeps its data on the disk. */
async function ownEngine(): Promise<Engine> {
  const { AWS_ENDPOINT_URL_DYNAMODB: shared } = process.env;
  delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
  try {
    return await startEngine();
  } finally {
    if (shared !== undefined) process.env.AWS_ENDPOINT_URL_DYNAMODB = shared;
  }
}

const meter =
  (world: World, consumed: () => StoreUnits) =>
  async (work: (service: Running) => Promise<unknown>, service = world.process()): Promise<OperationCounts> => {
    const [node] = world.nodes;
    consumed();
    node?.resetCalls();
    await work(service);
    await service.chain.flushed();
    return { ...consumed(), calls: node?.calls().total ?? 0 };
  };

const { villas } = recordedExamples['chain-d'].collections;
const account = (index: number): EntityRef => ({
  kind: 'account',
  id: recordedAccounts('chain-d')[index]?.accountHash ?? '',
});
const token = (number: number | string): EntityRef => ({ kind: 'asset', id: `${villas.package}:${number}` });
const read =
  (ref: EntityRef, options: ReadOptions = defaultReadOptions) =>
  (service: Running) =>
    lookup(ref, options, service);

async function countReads({ world, measure }: Metered): Promise<Named> {
  await runTick(world.process());
  // The collection's layout is known.
  await read(token(0))(world.process());
  const counted: Named = {
    'cold account': await measure(read(account(0))),
    'cold asset': await measure(read(token(1))),
    absent: await measure((service) => read(token('none'))(service).catch(() => undefined)),
  };
  const process = world.process();
  counted['first hit of a second'] = await measure(read(token(0)), process);
  counted.hit = await measure(read(token(1)), process);
  counted['hit in memory'] = await measure(read(token(1)), process);
  counted['batch of 20 hits'] = await countBatch(world, measure);
  counted.unchanged = await measure(read(account(0), { ...defaultReadOptions, noCache: true }));
  world.pass(21 * day);
  await runTick(world.process());
  counted['renewal of an account'] = await measure(read(account(0)));
  counted['renewal of an asset'] = await measure(read(token(1)));
  await read({ kind: 'staking', id: account(1).id })(world.process());
  counted['cold staking'] = await measure(read({ kind: 'staking', id: account(2).id }));
  counted['cold transaction'] = await measure(
    read({ kind: 'transaction', id: recordedTransactions('chain-d')[0] ?? '' }),
  );
  return counted;
}

/** The tokens are read once, so that the batch finds them. */
async function countBatch(world: World, measure: Metered['measure']): Promise<OperationCounts> {
  const refs = Array.from({ length: batch }, (_, number) => token(number));
  const all = (service: Running) =>
    lookupMany(refs, defaultReadOptions, { maxBytes: 1e7, render: (outcome) => outcome }, service);
  await all(world.process());
  return measure(async (service) => {
    const missed = (await all(service)).filter((outcome) => 'error' in outcome);
    if (missed.length > 0) throw new Error(`${missed.length} tokens of the batch have no answer`);
  });
}

/** Without collections of the configuration, whose tokens sync would look for. */
const following = { ASTAKE_COLLECTIONS: '{}' };

async function countTicks({ world, measure }: Metered): Promise<Named> {
  const service = world.process();
  await runTick(service);
  await reconcile(service);
  world.pass(day);
  return {
    'empty reconciliation': await measure(reconcile, service),
    'tick of 1 block': await tick(world, measure, height + 1),
    'tick of 10 blocks': await tick(world, measure, height + 11),
  };
}

/** Less what the same tick and the same run cost without tracked records. */
const countTracked =
  (untracked: Named) =>
  async ({
    world,
    measure,
    stored,
  }: Metered): Promise<{ operations: Named; storedBytes: CostCounts['storedBytes'] }> => {
    const service = world.process();
    await runTick(service);
    const accounts = recordedAccounts('chain-d').map((_, index) => account(index));
    const empty = await stored();
    for (const ref of accounts) await read(ref)(service);
    const filled = await stored();
    const published = await countPublishing(service, measure);
    await reconcile(service);
    world.pass(day);
    const swept = await measure(reconcile, service);
    await tick(world, measure, height + 1);
    const before = world.counted.get('SyncRefreshed') ?? 0;
    const followed = await tick(world, measure, height + 11);
    const changed = (world.counted.get('SyncRefreshed') ?? 0) - before;
    if (changed === 0) throw new Error('the blocks have changed no account');
    const each = (name: 'all' | 'restorable') => Math.round((filled[name] - empty[name]) / accounts.length);
    return {
      operations: {
        'published event': published,
        'changed record': share(followed, untracked['tick of 10 blocks'], changed),
        'reconciled record': share(swept, untracked['empty reconciliation'], accounts.length),
      },
      storedBytes: { all: each('all'), restorable: each('restorable') },
    };
  };

/** What the saves before have left in the outbox. A bus takes all: what it costs is a price, and no request to the store. */
async function countPublishing(service: Running, measure: Metered['measure']): Promise<OperationCounts> {
  const events = await service.outbox.unpublished(new Date(service.clock.now() + day).toISOString(), mostEvents);
  if (events.length === 0 || events.length === mostEvents) throw new Error(`${events.length} events are in the outbox`);
  const publisher = { publish: async () => ({ refused: [] }) };
  // One by one, which costs the most.
  const publishing = await measure(async () => {
    for (const event of events) await publishEvents([event], { ...service, publisher });
  }, service);
  return share(publishing, undefined, events.length);
}

const tick = (world: World, measure: Metered['measure'], to: number): Promise<OperationCounts> => {
  world.setHeight(to);
  return measure(runTick);
};

const share = (all: OperationCounts, without: OperationCounts | undefined, parts: number): OperationCounts => {
  const of = (name: keyof OperationCounts) => round((all[name] - (without?.[name] ?? 0)) / parts);
  return {
    requests: of('requests'),
    reads: of('reads'),
    writes: of('writes'),
    refused: of('refused'),
    calls: of('calls'),
  };
};

const round = (value: number): number => Math.round(value * 100) / 100;
