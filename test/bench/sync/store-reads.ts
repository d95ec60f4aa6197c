import type { OnCall } from '../../support/memory-store.ts';

/** Items in one batch request. */
const batchSize = 100;

const inBatches = ([items]: readonly unknown[]): number => Math.ceil((items as readonly unknown[]).length / batchSize);
const one = (): number => 1;

/** Calls of the store that only read, and the number of database requests for each. */
const requests: Readonly<Record<string, (args: readonly unknown[]) => number>> = {
  'progress.read': one,
  'progress.directory': one,
  'progress.hotKeys': one,
  'progress.ticks': one,
  'watches.present': inBatches,
  'watches.watchers': one,
  'records.get': one,
  'records.getMany': inBatches,
  'cache.get': one,
  'audit.history': one,
};

/** Counts the reads of a store in memory as database requests. */
export function createStoreReads() {
  let counts = new Map<string, number>();
  const onCall: OnCall = (name, args) => {
    const by = requests[name]?.(args) ?? 0;
    if (by > 0) counts.set(name, (counts.get(name) ?? 0) + by);
  };
  return {
    onCall,
    reset(): void {
      counts = new Map();
    },
    total: (): number => [...counts.values()].reduce((sum, count) => sum + count, 0),
    byCall: (): string => [...counts].map(([name, count]) => `${count} ${name}`).join(', '),
  };
}
