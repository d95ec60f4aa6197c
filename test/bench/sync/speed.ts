import pLimit from 'p-limit';
import { createTables, startEngine } from '../../../infra/local/engine.ts';
import { createRpcClient } from '../../../lib/chain/rpc-client.ts';
import type { EntityRecord } from '../../../lib/domain/record.ts';
import type { Tick } from '../../../lib/domain/tick.ts';
import { createService } from '../../../lib/runtime/service.ts';
import { createDynamo } from '../../../lib/store/client.ts';
import { createStore, type Store } from '../../../lib/store/store.ts';
import { tick } from '../../../lib/usecases/tick.ts';
import { createMemoryStore } from '../../support/memory-store.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import type { Row } from '../row.ts';
import { median, ratios } from '../statistics.ts';
import { askForAccounts, recordsOf, startFollowing } from './follow.ts';
import { type NodeProcess, startNodeProcess } from './node-process.ts';
import { copyOf, trackIn } from './tracked.ts';
import { configFor, quietly } from './world.ts';

const recording = 'chain-d';
const truth = recordedTruth(recording);
const blocks = truth.lastHeight;
const transactions = truth.transactions.filter(({ height }) => height > 0).length;
const warming = 1;
const rounds = 5;
const tracked = 100;
const goal = 0.5;

interface Subject {
  /** Everything on the chain is tracked, and its collections are searched for new tokens. */
  readonly whole: boolean;
  readonly onEngine: boolean;
}

const subjects: readonly Subject[] = [
  { whole: false, onEngine: false },
  { whole: false, onEngine: true },
  { whole: true, onEngine: false },
  { whole: true, onEngine: true },
];

/** Milliseconds that a node takes for an answer: next to nothing, on this machine, or what one elsewhere takes at least. */
const delays = [0, 20];

/** Blocks that are followed in a second, from genesis to the tip in one tick, over a bare fetch of the same blocks. */
export async function speed(): Promise<Row[]> {
  const models = await modelRecords();
  const node = await startNodeProcess();
  const engine = await startEngine();
  const dynamo = createDynamo({ endpoint: engine.endpoint });
  let stores = 0;

  async function storeFor({ onEngine }: Subject): Promise<Store> {
    if (!onEngine) return createMemoryStore();
    stores += 1;
    await createTables(dynamo, `bench-${stores}`);
    return createStore(dynamo, `bench-${stores}`);
  }

  async function compared(delayMs: number): Promise<Row[]> {
    const taken = subjects.map((subject) => ({ subject, milliseconds: [] as number[], calls: 0 }));
    const bare: number[] = [];
    for (let round = -warming; round < rounds; round += 1) {
      await node.be({ height: blocks, delayMs });
      const fetched = await fetchBlocks(node.url);
      if (round >= 0) bare.push(fetched);
      for (const one of taken) {
        const { milliseconds, calls } = await follow(one.subject, delayMs, models, await storeFor(one.subject), node);
        if (round >= 0) one.milliseconds.push(milliseconds);
        one.calls = calls;
      }
    }
    return taken.map((one) => rowOf(one, bare, delayMs));
  }

  try {
    const rows: Row[] = [];
    for (const delayMs of delays) rows.push(...(await compared(delayMs)));
    return rows;
  } finally {
    node.end();
    dynamo.destroy();
    await engine.stop();
  }
}

interface Taken {
  readonly subject: Subject;
  readonly milliseconds: readonly number[];
  readonly calls: number;
}

function rowOf(
  { subject: { whole, onEngine }, milliseconds, calls }: Taken,
  bare: readonly number[],
  delayMs: number,
): Row {
  const written = whole ? 'all that the blocks write among them' : 'none of them written';
  const store = onEngine ? 'embedded engine' : 'in memory';
  const { ratio, detail } = ratios(bare, milliseconds);
  return {
    bench: `blocks followed over fetched, node ${delayMs} ms away, ${tracked} tracked, ${written}, ${store}`,
    counts: 'wall time',
    figure: perSecond(milliseconds),
    against: perSecond(bare),
    ratio,
    goal: `>= ${goal}`,
    met: ratio >= goal,
    detail: `${calls} calls over ${blocks + transactions}; ${detail}`,
  };
}

const perSecond = (milliseconds: readonly number[]): string =>
  `${Math.round((blocks * 1000) / median(milliseconds))} a second`;

async function modelRecords(): Promise<readonly EntityRecord[]> {
  const following = await startFollowing({ recording });
  await askForAccounts(following);
  return recordsOf(following.world.store);
}

async function follow(
  { whole }: Subject,
  delayMs: number,
  models: readonly EntityRecord[],
  store: Store,
  node: NodeProcess,
): Promise<Pick<Tick, 'calls' | 'milliseconds'>> {
  await node.be({ height: 0, delayMs: 0 });
  const config = configFor(recording, node.url, whole ? {} : { ASTAKE_COLLECTIONS: '{}' });
  const service = createService(config, { ...quietly, store });
  await tick(service);
  const { cursor } = await store.progress.read();
  if (cursor === null) throw new Error('nothing was followed');
  if (whole) await askForAccounts({ service, truth });
  const copies = Array.from({ length: tracked - (whole ? models.length : 0) }, (_, number) =>
    copyOf(models[number % models.length] as EntityRecord, number, cursor),
  );
  await trackIn(store, copies);
  await node.be({ height: blocks, delayMs });
  const began = performance.now();
  const { to, calls, stoppedBy } = await tick(service);
  if (to !== blocks) throw new Error(`followed to ${to}: ${stoppedBy}`);
  return { milliseconds: performance.now() - began, calls };
}

/** As sync asks for blocks, and for the transactions of each. */
const blocksAtOnce = 4;
const transactionsAtOnce = 8;

/** Milliseconds for the answers alone, by the same HTTP client: nothing is looked into but which transactions there are. */
async function fetchBlocks(url: string): Promise<number> {
  const client = createRpcClient({ url, alone: true });
  const ask = async (method: string, params: object): Promise<unknown> => {
    const answer = await client.call(method, params, 5_000, AbortSignal.timeout(60_000));
    if ('error' in answer) throw new Error(`${method}: ${answer.error.message}`);
    return answer.result;
  };
  const began = performance.now();
  const heights = Array.from({ length: blocks }, (_, index) => index + 1);
  const counts = await pLimit(blocksAtOnce).map(heights, async (Height) => {
    const block = await ask('chain_get_block', { block_identifier: { Height } });
    const { body } = (block as BlockAnswer).block_with_signatures.block.Version2;
    const hashes = Object.values(body.transactions).flat();
    const limit = pLimit(transactionsAtOnce);
    await limit.map(hashes, (hash) => ask('info_get_transaction', { transaction_hash: hash }));
    return hashes.length;
  });
  const milliseconds = performance.now() - began;
  const fetched = counts.reduce((sum, count) => sum + count, 0);
  if (fetched !== transactions) throw new Error(`${fetched} transactions were fetched, not ${transactions}`);
  return milliseconds;
}

interface BlockAnswer {
  readonly block_with_signatures: {
    readonly block: { readonly Version2: { readonly body: { readonly transactions: Record<string, object[]> } } };
  };
}
