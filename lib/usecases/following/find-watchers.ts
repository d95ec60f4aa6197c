import pLimit from 'p-limit';
import type { StateKey } from '../../domain/block.ts';
import { parseRefKey } from '../../domain/entity.ts';
import type { Service } from '../../domain/service.ts';
import type { WatchedEntity } from './following.ts';

const queriesAtOnce = 8;

/**
 * Rule FOLLOW-4: the records and bases that watch a written key, by ref key. Presence of all keys is asked first, since most
 * of what a block writes is not watched. Throws StoreUnavailable.
 */
export async function findWatchers(
  written: ReadonlyMap<StateKey, readonly number[]>,
  { watches }: Pick<Service, 'watches'>,
): Promise<ReadonlyMap<string, WatchedEntity>> {
  const found = new Map<string, WatchedEntity>();
  const present = await watches.present([...written.keys()]);
  const limit = pLimit(queriesAtOnce);
  try {
    await limit.map(present, async (key) => {
      const heights = written.get(key) ?? [];
      for await (const page of watches.watchers(key)) for (const watcher of page) add(watcher, heights);
    });
  } finally {
    limit.clearQueue();
  }
  return found;

  function add(watcher: string, heights: readonly number[]): void {
    const before = found.get(watcher)?.writtenAt ?? [];
    const writtenAt = [...new Set([...before, ...heights])].sort((a, b) => a - b);
    found.set(watcher, { ref: parseRefKey(watcher), writtenAt });
  }
}
