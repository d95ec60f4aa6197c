/** Items of one request for many, or of one transaction. */
const batchSize = 100;

type Count = (args: readonly unknown[]) => number;

const inBatches: Count = ([items]) => batches((items as readonly unknown[]).length);
/** Each key has a row and a presence item; those of one watcher are its own, most of the time. */
const twoForEachKey: Count = ([asked]) =>
  batches(
    (asked as readonly { readonly keys: readonly unknown[] }[]).reduce((sum, { keys }) => sum + 2 * keys.length, 0),
  );
const batches = (items: number): number => Math.ceil(items / batchSize);

/** Calls that are not one request each. */
const counts: Readonly<Record<string, Count>> = {
  'records.getMany': inBatches,
  'records.markChecked': inBatches,
  'audit.entries': inBatches,
  'watches.missing': twoForEachKey,
};

/** How many requests to the database a call of the store's is. */
export const requestsOf = (name: string, args: readonly unknown[]): number => counts[name]?.(args) ?? 1;
