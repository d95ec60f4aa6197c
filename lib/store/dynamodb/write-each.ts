import pLimit from 'p-limit';

const writesAtOnce = 16;

/** The first failure ends it: what has not begun by then is not begun any more. */
export async function writeEach<Item>(items: readonly Item[], write: (item: Item) => Promise<unknown>): Promise<void> {
  const limit = pLimit(writesAtOnce);
  try {
    await limit.map(items, write);
  } finally {
    limit.clearQueue();
  }
}
