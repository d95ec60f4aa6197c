import type { Reconciliation } from '../../../lib/domain/reconciliation.ts';
import { shardCount } from '../../../lib/domain/shard.ts';
import type { Running } from '../../../lib/runtime/service.ts';
import { beginReconciliation } from '../../../lib/usecases/reconciliation/begin.ts';
import { finishReconciliation } from '../../../lib/usecases/reconciliation/finish.ts';
import { beginOrResume } from '../../../lib/usecases/reconciliation/runs.ts';
import { sweepShard } from '../../../lib/usecases/reconciliation/sweep-shard.ts';
import type { MemoryTables } from '../../support/memory-store.ts';
import { copyOf, held } from '../following/killed.ts';
import type { World } from '../following/world.ts';
import { type Ran, reconcile, tallyOf, workOn } from './run.ts';
import { gone } from './small-world.ts';

/** One step of a run, and the tables before it. */
export interface Step {
  readonly name: string;
  readonly before: MemoryTables;
  readonly work: (service: Running) => Promise<unknown>;
}

/**
 * Carries out a run as the state machine does, each step in a new process. A test that kills a worker in a step begins with the
 * tables before that step, and does not repeat the steps before.
 */
export async function stepsOf(world: World): Promise<Step[]> {
  const steps: Step[] = [];
  const carryOut = async (name: string, work: Step['work']): Promise<void> => {
    steps.push({ name, before: copyOf(world.tables), work });
    await work(world.process());
  };
  await carryOut('begin', async (service) => {
    const begun = await beginOrResume({ scope: { of: 'all' }, dryRun: false, startedBy: 'operator' }, service);
    if ('busy' in begun) throw new Error(`run ${begun.busy.id} is in progress`);
    return beginReconciliation({ run: begun.run.id }, service);
  });
  const run = latestRunOf(world)?.id ?? '';
  for (const shard of Array.from({ length: shardCount }, (_, at) => at)) {
    await carryOut(`shard ${shard}`, async (service) => {
      while (!(await sweepShard({ run, shard }, service)).done);
    });
  }
  await carryOut('finish', (service) => finishReconciliation(run, service));
  return steps;
}

/** `retried`: at once, by the same execution of the state machine; `resumed`: by the next execution, after the run was abandoned. */
export type Resumption = 'retried' | 'resumed';

/** The run that was begun last. */
export const latestRunOf = ({ tables: { latest, reconciliations } }: World): Reconciliation | undefined =>
  reconciliations.get(latest?.id ?? '');

/** A new process continues the work of a dead one. */
export async function resume(how: Resumption, world: World): Promise<Ran> {
  const service = world.process();
  const run = latestRunOf(world);
  if (run === undefined) return reconcile(service);
  // A run that has ended is not resumed: only its last step is retried.
  if (run.status !== 'running') return finishAgain(run.id, service);
  if (how === 'retried') return workOn(run.id, service);
  world.pass(10 * 60_000);
  return reconcile(service);
}

async function finishAgain(id: string, service: Running): Promise<Ran> {
  const run = await finishReconciliation(id, service);
  if (run === undefined) throw new Error(`${id} is gone`);
  return { run, tally: await tallyOf(id, service) };
}

/** The findings and the contents of the tables, without what depends on time, on the number of workers or on the number of calls. */
export function outcome({ run, tally }: Ran, tables: MemoryTables): object {
  const { calls: _, milliseconds: __, ...found } = tally;
  const cache = new Map([...tables.cache].filter(([key]) => !gone.some(({ key: begin }) => key.startsWith(begin))));
  return timeless({
    status: run.status,
    block: run.block,
    found,
    // A deleted record that was looked up again may keep its older cache entry, which is true as well.
    ...held({ ...tables, cache }),
    outbox: [...tables.outbox.keys()].map((id) => id.replace(run.id, 'the run')).sort(),
    conflicts: [...tables.conflicts.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
  });
}

const moments = ['at', 'openedAt', 'resolvedAt', 'deadline'];

/** Replaces each time by whether there is one. */
export const timeless = (value: object): object =>
  JSON.parse(JSON.stringify(value, (name, member) => (moments.includes(name) ? member !== null : member)));
