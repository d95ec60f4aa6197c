import { createTables, startEngine } from '../../../infra/local/engine/engine.ts';
import type { EntityRecord } from '../../../lib/domain/record.ts';
import type { Tick } from '../../../lib/domain/tick.ts';
import { createService } from '../../../lib/runtime/service.ts';
import { createDynamo } from '../../../lib/store/dynamodb/client.ts';
import { createStore, type Store } from '../../../lib/store/store.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { createMemoryStore } from '../../support/memory-store.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import type { Row } from '../row.ts';
import { median, ratios } from '../statistics.ts';
import { fetchBlocks } from './fetch-blocks.ts';
import { askForAccounts, recordsOf, startFollowing } from './follow.ts';
import { type NodeProcess, startNodeProcess } from './node-process.ts';
import { copyOf, trackIn } from './tracked.ts';
import { configFor, quietly } from './world.ts';

const recording = 'chain-d';
const truth = recordedTruth(recording);
const blocks = truth.lastHeight;
const warming = 1;
const rounds = 3;
const tracked = 100;
const goal = 0.5;

interface Subject {
  /** Milliseconds that the node takes for an answer: none on this machine, or the least of a remote node. */
  readonly delayMs: number;
  /** Whether everything on the chain is tracked, and its collections are searched for new tokens. */
  readonly whole: boolean;
  readonly onEngine: boolean;
}

const subjects: readonly Subject[] = [
  { delayMs: 0, whole: false, onEngine: false },
  { delayMs: 0, whole: false, onEngine: true },
  { delayMs: 0, whole: true, onEngine: false },
  { delayMs: 0, whole: true, onEngine: true },
  { delayMs: 20, whole: true, onEngine: false },
  { delayMs: 20, whole: true, onEngine: true },
];

/** Blocks that sync follows in a second, from genesis to the tip in one tick, compared with a bare fetch of the blocks. */
export async function speed(): Promise<Row[]> {
  const models = await modelRecords();
  const node = await startNodeProcess();
  const engine = await startEngine();
  const dynamo = createDynamo({ endpoint: engine.endpoint });
  let stores = 0;

  /** An empty store. */
  async function anotherStore(onEngine: boolean): Promise<Store> {
    if (!onEngine) return createMemoryStore();
    stores += 1;
    await createTables(dynamo, `bench-${stores}`);
    return createStore(dynamo, `bench-${stores}`);
  }

  async function compare(subject: Subject): Promise<Row> {
    const taken = { followed: [] as number[], fetched: [] as number[] };
    let detail = '';
    for (let round = -warming; round < rounds; round += 1) {
      const store = await anotherStore(subject.onEngine);
      const followed = await follow(subject, models, store, node);
      const fetched = await fetchBlocks(blocks, node.url);
      detail = `${followed.calls} calls over ${fetched.requests}`;
      if (round < 0) continue;
      taken.followed.push(followed.milliseconds);
      taken.fetched.push(fetched.milliseconds);
    }
    const compared = ratios(taken.fetched, taken.followed);
    return {
      bench: `blocks followed over fetched, ${tracked} tracked, ${nameOf(subject)}`,
      counts: 'wall time',
      figure: perSecond(taken.followed),
      against: perSecond(taken.fetched),
      ratio: compared.ratio,
      goal: `>= ${goal}`,
      met: compared.ratio >= goal,
      detail: `${detail}; ${compared.detail}`,
    };
  }

  try {
    const rows: Row[] = [];
    for (const subject of subjects) rows.push(await compare(subject));
    return rows;
  } finally {
    node.end();
    dynamo.destroy();
    await engine.stop();
  }
}

function nameOf({ delayMs, whole, onEngine }: Subject): string {
  const written = whole ? 'with all that the blocks write' : 'none of it written';
  return [
    written,
    onEngine ? 'embedded engine' : 'in memory',
    ...(delayMs > 0 ? [`node ${delayMs} ms away`] : []),
  ].join(', ');
}

const perSecond = (milliseconds: readonly number[]): string =>
  `${Math.round((blocks * 1000) / median(milliseconds))}/s`;

/** Records to copy: the accounts of genesis and their positions. */
async function modelRecords(): Promise<readonly EntityRecord[]> {
  const following = await startFollowing({ recording });
  await askForAccounts(following);
  return recordsOf(following.world.store);
}

async function follow(
  { delayMs, whole }: Subject,
  models: readonly EntityRecord[],
  store: Store,
  node: NodeProcess,
): Promise<Tick> {
  await node.be({ height: 0, delayMs: 0 });
  const config = configFor(recording, node.url, whole ? {} : { ASTAKE_COLLECTIONS: '{}' });
  const service = createService(config, { ...quietly, store });
  await runTick(service);
  const { cursor } = await store.progress.read();
  if (cursor === null) throw new Error('no block was followed');
  if (whole) await askForAccounts({ service, truth });
  const copies = Array.from({ length: tracked - (whole ? models.length : 0) }, (_, number) =>
    copyOf(models[number % models.length] as EntityRecord, number, cursor),
  );
  await trackIn(store, copies);
  await node.be({ height: blocks, delayMs });
  const done = await runTick(service);
  if (done.to !== blocks) throw new Error(`followed to ${done.to}: ${done.stoppedBy}, ${done.reason}`);
  return done;
}
