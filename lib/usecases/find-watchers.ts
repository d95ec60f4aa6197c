import type { StateKey } from '../domain/chain.ts';
import { type EntityRef, parseRefKey } from '../domain/entity.ts';
import type { Service } from '../domain/service.ts';

/** Who is led to by the keys that a batch wrote. */
export interface Found {
  readonly ref: EntityRef;
  /** Heights of the blocks that wrote any of its keys, rising. */
  readonly writtenAt: readonly number[];
}

/** By ref key. Presence first, for all keys: most of what a block writes is watched by nobody. */
export async function findWatchers(
  written: ReadonlyMap<StateKey, readonly number[]>,
  { watches }: Pick<Service, 'watches'>,
): Promise<ReadonlyMap<string, Found>> {
  const found = new Map<string, Found>();
  for (const key of await watches.present([...written.keys()])) {
    const heights = written.get(key) ?? [];
    for await (const page of watches.watchers(key)) {
      for (const refKey of page) {
        const before = found.get(refKey)?.writtenAt ?? [];
        const writtenAt = [...new Set([...before, ...heights])].sort((one, other) => one - other);
        found.set(refKey, { ref: parseRefKey(refKey), writtenAt });
      }
    }
  }
  return found;
}
