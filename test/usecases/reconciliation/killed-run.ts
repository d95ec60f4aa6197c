import type { Reconciliation } from '../../../lib/domain/reconciliation.ts';
import type { Running } from '../../../lib/runtime/service.ts';
import { finishReconciliation } from '../../../lib/usecases/reconciliation/finish.ts';
import type { MemoryTables } from '../../support/memory-store.ts';
import { held } from '../following/killed.ts';
import type { World } from '../following/world.ts';
import { type Ran, reconcile, tallyOf, workOn } from './run.ts';
import { gone } from './small-world.ts';

/** `retried` at once, by the same execution of the state machine; `taken up` by the next one, when it has been left. */
export type Resumption = 'retried' | 'taken up';

/** The run that was begun last. */
export const leftBy = ({ tables: { latest, reconciliations } }: World): Reconciliation | undefined =>
  reconciliations.get(latest?.id ?? '');

/** A new process goes on with what a dead one has left. */
export async function goOn(how: Resumption, world: World): Promise<Ran> {
  const service = world.process();
  const run = leftBy(world);
  if (run === undefined) return reconcile(service);
  // Nobody takes up a run that has ended: only its last step may be tried again.
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

/** What was found, and what the tables hold then: it depends neither on when that was done, nor by how many, nor by how many calls. */
export function outcome({ run, tally }: Ran, tables: MemoryTables): object {
  const { calls: _, milliseconds: __, ...found } = tally;
  const cache = new Map([...tables.cache].filter(([key]) => !gone.some(({ key: begin }) => key.startsWith(begin))));
  return timeless({
    status: run.status,
    block: run.block,
    found,
    // What was read for another record's sake is not read again for an entry that is older: what that says is true.
    ...held({ ...tables, cache }),
    outbox: [...tables.outbox.keys()].map((id) => id.replace(run.id, 'the run')).sort(),
    conflicts: [...tables.conflicts.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
  });
}

const moments = ['at', 'openedAt', 'resolvedAt', 'deadline'];

/** Of moments only whether there is one. */
export const timeless = (value: object): object =>
  JSON.parse(JSON.stringify(value, (name, member) => (moments.includes(name) ? member !== null : member)));
