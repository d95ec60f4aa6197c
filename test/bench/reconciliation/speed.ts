import { createTables, startEngine } from '../../../infra/local/engine/engine.ts';
import { createDynamo } from '../../../lib/store/dynamodb/client.ts';
import { createStore } from '../../../lib/store/store.ts';
import { reconcile } from '../../usecases/reconciliation/run.ts';
import type { Row } from '../row.ts';
import { median, ratios } from '../statistics.ts';
import { type Crowded, crowded } from './crowded.ts';
import { bareScan, sweep } from './sweep.ts';

/** Enough records for pages that are almost full. */
const inMemory = 5_000;
const onEngine = 1_500;
const warming = 1;
const rounds = 3;
const goal = 0.5;

/** Records that are compared with the chain in a second of one core, over a bare scan and read of the same records. */
export async function reconciliationSpeed(): Promise<Row[]> {
  return [await compare(await crowded({ records: inMemory }), 'in memory'), await compareOnEngine()];
}

async function compareOnEngine(): Promise<Row> {
  const engine = await startEngine();
  const dynamo = createDynamo({ endpoint: engine.endpoint });
  try {
    await createTables(dynamo, 'bench-reconciled');
    const store = createStore(dynamo, 'bench-reconciled');
    return await compare(await crowded({ records: onEngine, store }), 'embedded engine');
  } finally {
    dynamo.destroy();
    await engine.stop();
  }
}

/** Compares CPU times of this process. They include the node, equally on both sides, and exclude an engine. */
async function compare({ service, pass }: Crowded, where: string): Promise<Row> {
  const taken = { swept: [] as number[], bare: [] as number[] };
  let records = 0;
  // The first run records the entities to which the copies refer.
  await reconcile(service);
  for (let round = -warming; round < rounds; round += 1) {
    pass(3_600_000);
    const swept = await perRecord(() => sweep(service));
    const bare = await perRecord(() => bareScan(service));
    if (swept.records !== bare.records) throw new Error(`${swept.records} swept, ${bare.records} read`);
    if (round < 0) continue;
    taken.swept.push(swept.microseconds);
    taken.bare.push(bare.microseconds);
    records = swept.records;
  }
  const { ratio, detail } = ratios(taken.bare, taken.swept);
  return {
    bench: `records reconciled over a bare scan and read, ${where}`,
    counts: 'CPU',
    figure: perSecond(taken.swept),
    against: perSecond(taken.bare),
    ratio,
    goal: `>= ${goal}`,
    met: ratio >= goal,
    detail: `${records} records; ${detail}`,
  };
}

const perSecond = (microseconds: readonly number[]): string => `${Math.round(1e6 / median(microseconds))}/s`;

async function perRecord(
  work: () => Promise<number>,
): Promise<{ readonly records: number; readonly microseconds: number }> {
  const began = process.cpuUsage();
  const records = await work();
  const { user, system } = process.cpuUsage(began);
  return { records, microseconds: (user + system) / records };
}
