import pLimit from 'p-limit';
import type { StateKey } from '../../domain/block.ts';
import { parseRefKey } from '../../domain/entity.ts';
import type { Service } from '../../domain/service.ts';
import type { WatchedEntity } from './following.ts';

export interface Watchers {
  /** The records and bases that watch a written key, by ref key. */
  readonly found: ReadonlyMap<string, WatchedEntity>;
  /** Of all keys that were asked for, those that are watched. */
  readonly present: ReadonlySet<StateKey>;
}

const queriesAtOnce = 8;

/**
 * Rule FOLLOW-4: who watches a written key. Presence of all keys is asked first, since most of what a block writes is not
 * watched. `others`: keys that need not be written, and of which presence alone is asked. Throws StoreUnavailable.
 */
export async function findWatchers(
  written: ReadonlyMap<StateKey, readonly number[]>,
  { watches }: Pick<Service, 'watches'>,
  others: ReadonlySet<StateKey> = new Set(),
): Promise<Watchers> {
  const found = new Map<string, WatchedEntity>();
  const present = await watches.present([...new Set([...written.keys(), ...others])]);
  const limit = pLimit(queriesAtOnce);
  try {
    await limit.map(
      present.filter((key) => written.has(key)),
      async (key) => {
        for await (const page of watches.watchers(key)) for (const watcher of page) add(watcher, key);
      },
    );
  } finally {
    limit.clearQueue();
  }
  return { found, present: new Set(present) };

  function add(watcher: string, key: StateKey): void {
    const before = found.get(watcher);
    const heights = new Set([...(before?.writtenAt ?? []), ...(written.get(key) ?? [])]);
    const writtenAt = [...heights].sort((a, b) => a - b);
    found.set(watcher, { ref: parseRefKey(watcher), writtenAt, keys: [...(before?.keys ?? []), key] });
  }
}
