import { join } from 'node:path';
import { functionsBundle } from '../../infra/build.ts';
import { createTables } from '../../infra/local/engine/engine.ts';
import { hashOfKey, keyOf } from '../../lib/domain/api-key.ts';
import { namePrefix } from '../../lib/runtime/names.ts';
import { createDynamo, type Dynamo } from '../../lib/store/dynamodb/client.ts';
import { createStore } from '../../lib/store/store.ts';
import { keyEntryOf, keySample } from '../store/samples.ts';
import type { Local } from '../support/local.ts';
import type { Asking } from './events.ts';
import { startLambda } from './lambda-process.ts';
import type { Row } from './row.ts';
import { median, ratios } from './statistics.ts';
import { copyEntry, environment, readerEnvironment, seeTip } from './warm-entries.ts';
import type { Subject } from './warm-hit.ts';

const prefix = namePrefix(environment);
const warming = 15;
const rounds = 80;
const perRound = 80;
const goal = 1.15;
/** High enough for a bench, as slices are taken of it. */
const limits = '200000,100000';

/**
 * CPU time of a hit in the cache table with limits, over the same hit without: of an anonymous caller, and of one with an API key,
 * which the function itself authenticates. The three processes take turns.
 */
export async function limitedHit({ kind, first, copy }: Subject, local: Local): Promise<Row[]> {
  const { endpoint = '' } = local.stack.engine;
  const dynamo = createDynamo({ endpoint });
  await createTables(dynamo, prefix);
  const file = join(functionsBundle.outdir, 'get-entity.mjs');
  const env = { ...readerEnvironment(endpoint, local), ASTAKE_LIMIT_ANONYMOUS: '0' };
  const limited = { ...env, ASTAKE_LIMIT_ANONYMOUS: limits, ASTAKE_LIMIT_KEYS: limits };
  const authorization = `Bearer ${await storedKey(dynamo)}`;
  const withKey = (asking: Asking): Asking => ({ ...asking, headers: { authorization } });
  const processes = {
    free: { process: await startLambda(file, env), ask: (asking: Asking) => asking },
    anonymous: { process: await startLambda(file, limited), ask: (asking: Asking) => asking },
    key: { process: await startLambda(file, limited), ask: withKey },
  };
  const names = Object.keys(processes) as (keyof typeof processes)[];
  const taken = { free: [] as number[], anonymous: [] as number[], key: [] as number[] };
  try {
    await processes.free.process.round([first]);
    const copies = Array.from({ length: (warming + rounds) * perRound }, (_, number) => copy(number));
    await copyEntry(
      `${kind}#${Object.values(first.parameters).join(':')}`,
      copies.map(({ id }) => `${kind}#${id}`),
      dynamo,
    );
    for (let round = 0; round < warming + rounds; round += 1) {
      await seeTip(dynamo);
      const asking = copies.slice(round * perRound, (round + 1) * perRound).map((one) => one.asking);
      for (let turn = 0; turn < names.length; turn += 1) {
        const name = names[(round + turn) % names.length] as keyof typeof processes;
        const { process, ask } = processes[name];
        const { cpu, statuses } = await process.round(asking.map(ask));
        if (statuses['200 hit'] !== perRound) throw new Error(`${name}: not all hits: ${JSON.stringify(statuses)}`);
        if (round >= warming) taken[name].push(cpu / perRound);
      }
    }
  } finally {
    for (const name of names) processes[name].process.end();
    dynamo.destroy();
  }
  const micros = (values: readonly number[]) => `${Math.round(median(values))} µs`;
  return (['anonymous', 'key'] as const).map((name): Row => {
    const { ratio, detail } = ratios(taken[name], taken.free);
    return {
      bench: `warm hit, ${kind}: with ${name === 'key' ? 'an API key and its limits' : 'the limits of an address'}, over without`,
      counts: 'CPU',
      figure: micros(taken[name]),
      against: micros(taken.free),
      ratio,
      detail,
      goal: `<= ${goal}`,
      met: ratio <= goal,
    };
  });
}

async function storedKey(dynamo: Dynamo): Promise<string> {
  const { keys } = createStore(dynamo, prefix);
  const { id, key } = keyOf(new Uint8Array(40).fill(7));
  const stored = keySample({ id, secretHash: hashOfKey(key), roles: ['reader'], expiresAt: null });
  await keys.change({ key: stored, entry: keyEntryOf(stored) });
  return key;
}
