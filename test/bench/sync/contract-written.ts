import { recordedExamples } from '../../../infra/local/dev-chain/recorded-examples.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import type { EntityRecord } from '../../../lib/domain/record.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { allOf, carrying } from '../../usecases/following/alter.ts';
import type { Row } from '../row.ts';
import { askForAccounts, blocksPerTick, type Following, followThrough, recordsOf, startFollowing } from './follow.ts';
import { liquidEnv } from './liquid.ts';
import { track } from './tracked.ts';
import type { Between } from './world.ts';

/** A block that writes the contract on which all records of a kind depend, and the least that this costs. */
interface ContractWrite {
  readonly recording: 'chain-a' | 'chain-d';
  readonly height: number;
  readonly what: string;
  readonly kind: 'asset' | 'staking';
  readonly isMeant: (record: EntityRecord) => boolean;
  readonly reads: number;
  readonly why: string;
  readonly env: Readonly<Record<string, string>>;
}

const tracked = 100_000;
const asked = 100;
const tickets = recordedExamples['chain-a'].collections.tickets.package;

const contractWrites: readonly ContractWrite[] = [
  {
    recording: 'chain-a',
    height: 29,
    what: `a mint writes the collection's contract key, ${tracked} tokens tracked`,
    kind: 'asset',
    isMeant: ({ ref: { id } }) => id.startsWith(tickets),
    reads: 3,
    why: 'package, contract, metadata kind',
    env: {},
  },
  {
    recording: 'chain-d',
    height: 84,
    what: `a liquid-staking contract is upgraded, ${tracked} positions tracked`,
    kind: 'staking',
    isMeant: () => true,
    reads: 4,
    why: 'package, contract, two numbers of its rate',
    env: liquidEnv,
  },
];

/** The cost of a write of a contract on which very many records depend. */
export async function contractsWritten(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const write of contractWrites) rows.push(...(await contractWritten(write)));
  rows.push(await readWhileEveryBlockWrites());
  return rows;
}

async function contractWritten(write: ContractWrite): Promise<Row[]> {
  const { recording, height, what, kind, isMeant, reads, why, env } = write;
  const models = await startFollowing({ recording, env });
  await followThrough(models.truth.lastHeight, models);
  await askForAccounts(models);

  const contract = requestsNaming(/"(?:hash|uref)-/);
  const saved: EntityRecord[] = [];
  const following = await startFollowing({
    recording,
    env,
    onRequest: contract.onRequest,
    onCall(name, [record]) {
      if (name === 'records.save') saved.push(record as EntityRecord);
    },
  });
  await followThrough(height - 1, following);
  await askForAccounts(following);
  const copies = track(tracked, recordsOf(models.world.store, kind).filter(isMeant), following.world.store.tables);
  contract.reset();
  saved.splice(0);
  const { calls } = await following.to(height);
  const contractReads = contract.total();
  const refreshed = saved.filter(({ ref: { id } }) => copies.has(id)).length;
  const own = saved.filter((record) => record.ref.kind === kind && isMeant(record)).length - refreshed;
  return [
    {
      bench: `${what}: reads of the contract`,
      counts: 'calls',
      figure: String(contractReads),
      against: String(reads),
      ratio: contractReads / reads,
      goal: `<= ${reads}`,
      met: contractReads > 0 && contractReads <= reads,
      detail: `least: ${why}; ${calls} calls in the whole tick`,
    },
    {
      bench: `${what}: how many are refreshed`,
      counts: 'records',
      figure: String(refreshed),
      against: '0',
      goal: '0',
      met: refreshed === 0,
      detail: `in addition to ${own} that the block itself wrote`,
    },
    await readAfter([...copies].slice(0, asked), write, following.service),
  ];
}

async function readAfter(
  ids: readonly string[],
  { what, kind, height }: ContractWrite,
  service: Following['service'],
): Promise<Row> {
  const before = service.chain.calls();
  for (const id of ids) {
    const { verifiedThrough } = await lookup({ kind, id }, defaultReadOptions, service);
    if (verifiedThrough.height !== height) throw new Error(`${id} is verified through ${verifiedThrough.height}`);
  }
  const calls = service.chain.calls() - before;
  return {
    bench: `${what}: ${ids.length} of them read after it`,
    counts: 'calls',
    figure: String(calls),
    against: '0',
    goal: '0',
    met: calls === 0,
    detail: 'each verified through the block',
  };
}

const reading = { from: 60, to: 80 } as const;

/** A block that writes the contract's key without changing the layout: what a busy collection's blocks do. */
async function readWhileEveryBlockWrites(): Promise<Row> {
  const key = `hash-${recordedTruth('chain-a').contractHash(tickets, reading.from)}`;
  const heights = Array.from({ length: reading.to - reading.from }, (_, index) => reading.from + 1 + index);
  const everyBlockWrites = allOf(heights.map((height) => carrying({ height, keys: [key] })));
  const carried = (method: string, params: { transaction_hash?: object } | undefined): boolean =>
    method === 'chain_get_block' || (method === 'info_get_transaction' && params !== undefined);
  const between: Between = (method, params, ask) =>
    carried(method, params)
      ? JSON.stringify(everyBlockWrites(method, params, (instead = params) => JSON.parse(ask(instead))))
      : ask(params);
  const following = await startFollowing({ recording: 'chain-a', between });
  await followThrough(reading.from, following);
  const models = recordsOf(following.world.store, 'asset').filter(({ ref: { id } }) => id.startsWith(tickets));
  const copies = [...track(tracked, models, following.world.store.tables)].slice(0, asked);
  let calls = 0;
  let reads = 0;
  for (let height = reading.from + blocksPerTick; height <= reading.to; height += blocksPerTick) {
    await following.to(height);
    const before = following.service.chain.calls();
    for (const id of copies) {
      await lookup({ kind: 'asset', id }, { ...defaultReadOptions, minHeight: height }, following.service);
    }
    calls += following.service.chain.calls() - before;
    reads += copies.length;
  }
  return {
    bench: `calls per read of a token while every block writes its collection's contract, ${tracked} tokens tracked`,
    counts: 'calls',
    figure: (calls / reads).toFixed(1),
    against: '0.0',
    goal: '0.0',
    met: calls === 0,
    detail: `${reads} reads in ${heights.length} blocks, ${blocksPerTick} blocks a tick`,
  };
}

/** Counts requests whose parameters name such a key. */
function requestsNaming(keys: RegExp) {
  let count = 0;
  return {
    onRequest(_method: string, params: object | undefined): void {
      if (keys.test(JSON.stringify(params ?? {}))) count += 1;
    },
    reset(): void {
      count = 0;
    },
    total: (): number => count,
  };
}
