import type { FunctionName } from './functions.ts';

/**
 * So many processes are kept free for a function, and it never runs more of them. What the truth of the service depends on has its own;
 * what readers have caused without waiting for it is bounded.
 */
const reserved: Readonly<Partial<Record<FunctionName, number>>> = {
  // One tick works; those that find it at work end at once.
  sync: 3,
  'publish-events': 5,
  'resolve-conflict': 5,
  // As many shards as the state machine sweeps at once.
  'sweep-shard': 4,
  refresh: 20,
};

/** What readers may take of the rest, so that a flood of them leaves processes to all other functions. */
const sharesOfRest: Readonly<Partial<Record<FunctionName, number>>> = { 'get-entity': 0.5, lookup: 0.2 };

/** Lambda refuses reservations that leave an account less. */
const neverReserved = 100;

const reservedInAll = Object.values(reserved).reduce((sum, count) => sum + count, 0);

/** With fewer processes an environment has none to divide. */
export const fewestProcesses = 200;

/** What each function has of the processes that an environment may run. */
export function reservationsOf(processes: number): Readonly<Partial<Record<FunctionName, number>>> {
  const rest = processes - neverReserved - reservedInAll;
  const shares = Object.entries(sharesOfRest).map(([name, share]) => [name, Math.floor(rest * share)]);
  return { ...reserved, ...Object.fromEntries(shares) };
}
