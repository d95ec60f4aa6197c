import { join } from 'node:path';
import { functionsBundle } from '../../../infra/build.ts';
import type { CostCounts } from '../../../infra/cost/counted.ts';
import { createTables } from '../../../infra/local/engine/engine.ts';
import { namePrefix } from '../../../lib/runtime/names.ts';
import { createDynamo } from '../../../lib/store/dynamodb/client.ts';
import { tableName } from '../../../lib/store/tables.ts';
import type { Local } from '../../support/local.ts';
import type { Asking } from '../events.ts';
import { startLambda } from '../lambda-process.ts';
import { copyEntry, environment, readerEnvironment, seeTip } from '../warm-entries.ts';
import type { Subject } from '../warm-hit.ts';
import { itemBytes } from './stored-bytes.ts';

const hits = 200;
const explained = 10;
/** On a busy machine no read is late. */
const patient = { ASTAKE_DEADLINE_MS: '20000', ASTAKE_ATTEMPT_MS: '10000' };

/** What the built handlers log, answer, and write of explanations: processes that do nothing else. */
export async function countHandlers(
  subject: Subject,
  local: Local,
): Promise<Omit<CostCounts, 'operations' | 'storedBytes' | 'limitWrites'>> {
  const { endpoint = '' } = local.stack.engine;
  const dynamo = createDynamo({ endpoint, requestTimeoutMs: 10_000 });
  try {
    await createTables(dynamo, namePrefix(environment));
    const own = {
      ...readerEnvironment(endpoint, local),
      ASTAKE_LIMIT_ANONYMOUS: '0',
      ASTAKE_EXPLAIN_PERCENT: '0',
      ...patient,
    };
    const cold = await run('get-entity', [subject.first], own);
    const copies = Array.from({ length: hits }, (_, number) => subject.copy(number));
    const key = (id: string) => `${subject.kind}#${id}`;
    await copyEntry(
      key(Object.values(subject.first.parameters).join(':')),
      copies.map(({ id }) => key(id)),
      dynamo,
    );
    await seeTip(dynamo);
    const asking = copies.map((copy) => copy.asking);
    const all = await run('get-entity', asking, own);
    if (all.statuses['200 hit'] !== hits) throw new Error(`not all hits: ${JSON.stringify(all.statuses)}`);
    await run('get-entity', asking.slice(0, explained), { ...own, ASTAKE_EXPLAIN_PERCENT: '100' });
    const explanation = await itemBytes(dynamo, tableName(namePrefix(environment), 'explanations'));
    const tick = await run('sync', [subject.first], own);
    return {
      hitLog: all.log,
      answerBytes: Math.round(all.bytes / hits),
      explanationWrites: Math.ceil(explanation / 1024),
      coldLog: cold.log,
      tickLog: tick.log,
    };
  } finally {
    dynamo.destroy();
  }
}

async function run(name: string, asking: readonly Asking[], env: Readonly<Record<string, string>>) {
  const child = await startLambda(join(functionsBundle.outdir, `${name}.mjs`), env);
  try {
    return await child.round(asking);
  } finally {
    child.end();
  }
}
