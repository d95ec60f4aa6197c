import { type EntityDefinition, type EntityRef, refKey } from '../../../../lib/domain/entity.ts';
import { LookupError } from '../../../../lib/domain/errors.ts';
import { fromHistory } from '../../../../lib/usecases/reading/from-history.ts';
import { lookupAt } from '../../../../lib/usecases/reading/lookup-at.ts';
import { definitions } from './kinds.ts';
import { highest, isTrueIn } from './truth.ts';
import { type Actor, createProcess, type Mutation, type Self, type World } from './world.ts';

const heights = Array.from({ length: highest }, (_, index) => index + 1);

/**
 * Wrong answers about the past that the tables give at one moment: what the history says of a block is the true value there,
 * and in every other block in which it says that the value held, of one history that is not older than the present fork.
 */
export async function falsePastIn(world: World, refs: readonly EntityRef[], mutation?: Mutation): Promise<string[]> {
  const { tables, histories } = world;
  const { service } = createProcess({ name: 'the past', role: 'client' }, world, async () => undefined, mutation);
  const snapshot = await service.snapshots.current();
  const wrong: string[] = [];
  for (const ref of refs) {
    const record = tables.records.get(refKey(ref));
    if (record === undefined) continue;
    const { definition, present } = definitions.get(ref.kind) as EntityDefinition;
    for (const at of heights) {
      const found = await fromHistory(structuredClone(record), definition, at, snapshot, service);
      if (found === undefined) continue;
      const { value, span } = found;
      const data = value && present(ref.id, value, found.joined);
      const isIn = span.from <= at && at <= span.through;
      const blocks = heights.filter((height) => span.from <= height && height <= span.through);
      if (isIn && isTrueIn(ref, data, blocks, tables.progress.fork, histories)) continue;
      wrong.push(`the history of ${refKey(ref)} has ${JSON.stringify(data)} at ${at}, held ${JSON.stringify(span)}`);
    }
  }
  return wrong;
}

/** Asks for each block from the first through `last`, from the history or from the chain; with the answers of one snapshot. */
export const historian = (name: string, ref: EntityRef, last: number, options: Pick<Actor, 'after'> = {}): Actor => ({
  name,
  role: 'client',
  ...options,
  async run(self) {
    for (const onlyIfCached of [true, false]) {
      for (let at = 1; at <= last; at += 1) await askAt(ref, at, onlyIfCached, self, name);
      // The snapshot is too old after that.
      self.pass(1_100);
    }
  },
});

async function askAt(ref: EntityRef, at: number, onlyIfCached: boolean, self: Self, name: string): Promise<void> {
  const { service, world } = self;
  try {
    const { data, source, held } = await lookupAt(ref, { at, noCache: false, onlyIfCached }, service);
    const fork = service.snapshots.held()?.progress.fork ?? 0;
    const blocks = heights.filter((height) => held.from <= height && height <= held.through);
    if (blocks.includes(at) && isTrueIn(ref, data, blocks, fork, world.histories)) return;
    world.wrong.push(`${name} gets ${JSON.stringify(data)} from the ${source} for ${refKey(ref)} at ${at}`);
  } catch (error) {
    if (error instanceof LookupError) return;
    throw error;
  }
}
