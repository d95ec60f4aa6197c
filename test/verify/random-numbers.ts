export interface RandomNumbers {
  /** A whole number from 0 to below this. */
  below(limit: number): number;
  of<Item>(items: readonly Item[]): Item;
}

/** The same numbers for the same seed (mulberry32). */
export function randomNumbers(seed: number): RandomNumbers {
  let state = seed;
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
  return { below, of: (items) => items[below(items.length)] as never };
}
