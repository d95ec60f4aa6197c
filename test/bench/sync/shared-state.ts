import { recordedExamples } from '../../../infra/local/recorded-examples.ts';
import { noWishes } from '../../../lib/domain/freshness.ts';
import type { EntityRecord } from '../../../lib/domain/record.ts';
import { lookup } from '../../../lib/usecases/lookup.ts';
import { tickBudget } from '../../../lib/usecases/sync.ts';
import type { Row } from '../row.ts';
import { askForAccounts, type Following, followThrough, recordsOf, startFollowing } from './follow.ts';
import { track } from './tracked.ts';

/** The recorded token contract in a liquid-staking contract's place: its rate is a pair of numbers that moves with the blocks. */
const token = 'ac384c48c4e3a0ce07c8f2c4a8e009119ca40b1029106167e986ac49b677f6b6';
const liquid = { package: token, rate: { numerator: 'total_supply', denominator: '__events_length' } };
const liquidEnv = { ASTAKE_LIQUID_STAKING: JSON.stringify(liquid) };

/** A block that writes the contract on which all records of a kind rest, and the least that this costs. */
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

const tickets = recordedExamples['chain-a'].collections.tickets.package;

const contractWrites: readonly ContractWrite[] = [
  {
    recording: 'chain-a',
    height: 29,
    what: `a mint writes the collection's contract key, 100000 tokens tracked`,
    kind: 'asset',
    isMeant: ({ ref: { id } }) => id.startsWith(tickets),
    reads: 3,
    why: 'package, contract, metadata kind',
    env: {},
  },
  {
    recording: 'chain-d',
    height: 84,
    what: 'a liquid-staking contract is upgraded, 100000 positions tracked',
    kind: 'staking',
    isMeant: () => true,
    reads: 4,
    why: 'package, contract, two numbers of its rate',
    env: liquidEnv,
  },
];
const tracked = 100_000;
const asked = 100;

const switchBlock = 91;
const stakers = 10_000;

/** What it costs that shared state is written on which very many records rest. */
export async function sharedState(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const write of contractWrites) rows.push(...(await contractWritten(write)));
  return [...rows, ...(await eraEnded())];
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
  const copies = trackCopies(tracked, recordsOf(models.world.store, kind).filter(isMeant), following);
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
      detail: `besides ${own} that the block itself wrote`,
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
    const { verifiedThrough } = await lookup({ kind, id }, noWishes, service);
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

/** Ids of the copies. */
function trackCopies(count: number, models: readonly EntityRecord[], { world }: Following): ReadonlySet<string> {
  const { tables } = world.store;
  if (tables.progress.cursor === null) throw new Error('nothing was followed');
  const known = new Set(tables.records.keys());
  track(count, models, tables.progress.cursor, tables);
  return new Set([...tables.records].filter(([key]) => !known.has(key)).map(([, { ref }]) => ref.id));
}

async function eraEnded(): Promise<Row[]> {
  const alone = await untilEraEnds();
  const positions = recordsOf(alone.world.store).filter(({ ref: { kind } }) => kind !== 'asset');
  const few = await alone.to(switchBlock);
  const following = await untilEraEnds();
  trackCopies(2 * stakers, positions, following);
  const many = await following.to(switchBlock);
  const bench = `an era ends, ${stakers} positions and their accounts tracked`;
  return [
    {
      bench: `${bench}: the tick, over one with ${positions.length / 2}`,
      counts: 'calls',
      figure: String(many.calls),
      against: String(few.calls),
      ratio: many.calls / few.calls,
      goal: '1.00',
      met: many.calls === few.calls,
      detail: `${many.refreshed} refreshed over ${few.refreshed}; a tick has ${tickBudget.calls} calls`,
    },
    {
      bench: `${bench}: the tick, over its time for starting blocks`,
      counts: 'wall time',
      figure: `${many.milliseconds} ms`,
      against: `${tickBudget.startMs} ms`,
      ratio: many.milliseconds / tickBudget.startMs,
      goal: '<= 1.00',
      met: many.milliseconds <= tickBudget.startMs,
    },
  ];
}

async function untilEraEnds(): Promise<Following> {
  const following = await startFollowing({ recording: 'chain-d', env: liquidEnv });
  await followThrough(switchBlock - 1, following);
  await askForAccounts(following);
  return following;
}
