import { join } from 'node:path';
import { functionsBundle } from '../../infra/build.ts';
import { createTables } from '../../infra/local/engine/engine.ts';
import { namePrefix } from '../../lib/runtime/names.ts';
import { createDynamo, type Dynamo } from '../../lib/store/dynamodb/client.ts';
import type { Local } from '../support/local.ts';
import type { Asking } from './events.ts';
import { type LambdaProcess, startLambda } from './lambda-process.ts';
import type { Row } from './row.ts';
import { median, ratios } from './statistics.ts';
import { copyEntry, environment, readerEnvironment, seeTip } from './warm-entries.ts';

const prefix = namePrefix(environment);
const warming = 15;
const rounds = 80;
const perRound = 80;
const goal = 1.3;

export interface Subject {
  readonly kind: string;
  readonly first: Asking;
  /** Another entity of the kind that is not on the chain: it gets a copy of the first entity's entry. */
  copy(number: number): { readonly asking: Asking; readonly id: string };
}

/**
 * CPU time of a hit in the cache table, divided by the CPU time of the read alone. Each process requests each entity once, so
 * that no answer comes from process memory. The two processes alternate.
 */
export async function warmHit(subject: Subject, local: Local, bareFile: string, profile?: string): Promise<Row> {
  const { endpoint = '' } = local.stack.engine;
  const dynamo = createDynamo({ endpoint });
  await createTables(dynamo, prefix);
  const env = { ...readerEnvironment(endpoint, local), ASTAKE_LIMIT_ANONYMOUS: '0' };
  const ours = await startLambda(join(functionsBundle.outdir, 'get-entity.mjs'), env, profile);
  const bare = await startLambda(bareFile, env);
  try {
    return await compare(subject, ours, bare, dynamo, local);
  } finally {
    ours.end();
    bare.end();
    dynamo.destroy();
  }
}

async function compare(
  { kind, first, copy }: Subject,
  ours: LambdaProcess,
  bare: LambdaProcess,
  dynamo: Dynamo,
  local: Local,
): Promise<Row> {
  await ours.round([first]);
  const copies = Array.from({ length: (warming + rounds) * perRound }, (_, number) => copy(number));
  await copyEntry(
    `${kind}#${Object.values(first.parameters).join(':')}`,
    copies.map(({ id }) => `${kind}#${id}`),
    dynamo,
  );
  const taken = { ours: [] as number[], bare: [] as number[] };
  local.node.resetCalls();
  for (let round = 0; round < warming + rounds; round += 1) {
    await seeTip(dynamo);
    const asking = copies.slice(round * perRound, (round + 1) * perRound).map((copy) => copy.asking);
    // Each process is first in every other round.
    const pair = round % 2 === 0 ? (['ours', 'bare'] as const) : (['bare', 'ours'] as const);
    for (const name of pair) {
      const { cpu, statuses } = await (name === 'ours' ? ours : bare).round(asking);
      const expected = name === 'ours' ? '200 hit' : '200';
      if (statuses[expected] !== perRound) throw new Error(`${name}: not all hits: ${JSON.stringify(statuses)}`);
      if (round >= warming) taken[name].push(cpu / perRound);
    }
  }
  if (local.node.calls().total > 0) throw new Error('a hit called the chain');
  const { ratio, detail } = ratios(taken.ours, taken.bare);
  const micros = (values: readonly number[]) => `${Math.round(median(values))} µs`;
  return {
    bench: `warm hit, ${kind}: built get-entity over bare GetItem`,
    counts: 'CPU',
    figure: micros(taken.ours),
    against: micros(taken.bare),
    ratio,
    detail,
    goal: `<= ${goal}`,
    met: ratio <= goal,
  };
}
