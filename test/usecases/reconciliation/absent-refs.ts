import { createHash } from 'node:crypto';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { observeAnywhere } from '../../../lib/usecases/observing/observe.ts';
import { save } from '../../../lib/usecases/saving/save.ts';
import { createWorld, type World, type WorldOptions } from '../following/world.ts';
import { recordAt } from './plant.ts';

/**
 * A store of staking records of accounts that are not on the chain, each recorded as absent. A staking record weighs as much as
 * many other records, so two of them fill a page.
 */
export async function worldOfAbsentRefs(many: number, options: WorldOptions = {}): Promise<World> {
  const world = await createWorld({ height: 60, ...options });
  const service = world.process();
  await runTick(service);
  const definition = service.definitions.get('staking');
  if (definition === undefined) throw new Error('staking is not configured');
  const signal = new AbortController().signal;
  const { progress } = await service.snapshots.renewed();
  const block = await service.chain.tip({ atLeast: 60, knownHead: progress.head ?? undefined, nodes: {}, signal });
  for (let number = 0; number < many; number += 1) {
    const id = `account-hash-${createHash('sha256').update(`${number}`).digest('hex')}`;
    const observing = { definition, ref: { kind: 'staking', id }, block, before: undefined, signal };
    const { observation: seen } = await observeAnywhere(observing, service);
    await save({ definition, seen, read: undefined, cause: 'sync', progress, isWatched: true }, service);
  }
  return world;
}

/** Sets when a record was last verified. */
export function checkedAt(key: string, at: string, { tables: { records } }: World): void {
  records.set(key, { ...recordAt(key, records), checkedAt: at });
}
