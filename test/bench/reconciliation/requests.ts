/** Items of one batch request or one transaction. */
const batchSize = 100;

type Count = (args: readonly unknown[]) => number;

const inBatches: Count = ([items]) => batches((items as readonly unknown[]).length);
/** Each key has a row and a presence item. Most keys have one watcher only. */
const twoForEachKey: Count = ([watchers]) =>
  batches(
    (watchers as readonly { readonly keys: readonly unknown[] }[]).reduce((sum, { keys }) => sum + 2 * keys.length, 0),
  );
const batches = (items: number): number => Math.ceil(items / batchSize);

/** Calls that are more or fewer requests than one. */
const counts: Readonly<Record<string, Count>> = {
  'records.getMany': inBatches,
  'records.markChecked': inBatches,
  'audit.entries': inBatches,
  'watches.missing': twoForEachKey,
};

/** The number of database requests of a call of the store. */
export const requestsOf = (name: string, args: readonly unknown[]): number => counts[name]?.(args) ?? 1;
