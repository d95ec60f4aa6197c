import { type Load, play, randomOf } from '../usecases/limits/fleet.ts';
import type { Row } from './row.ts';

/** The limit of a key or token without limits of its own, on AWS. */
const limit = 6_000;
const goal = 5;

const cases: readonly (readonly [name: string, load: Pick<Load, 'instances' | 'demand'>, hasGoal: boolean])[] = [
  ['twice its limit, 4 instances', { instances: 4, demand: 2 }, true],
  ['its limit, 2 instances', { instances: 2, demand: 1 }, true],
  ['its limit, 50 instances', { instances: 50, demand: 1 }, false],
];

/** What a caller with a limit costs the store, in five minutes of a simulated clock. */
export async function limitWrites(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [name, load, hasGoal] of cases) {
    const { writes, reads, asked, share, most } = await play({ ...load, limit, random: randomOf(1) });
    const each = (writes / asked) * 1_000;
    rows.push({
      bench: `store writes for 1,000 requests of a caller with a limit of ${limit}: ${name}`,
      counts: 'store requests',
      figure: each.toFixed(1),
      against: '1000',
      detail: `${((reads / asked) * 1_000).toFixed(1)} reads; it had ${share.toFixed(2)} of what it could have; at most ${most.toFixed(2)} of its limit in a minute`,
      ...(hasGoal && { goal: `<= ${goal}`, met: each <= goal }),
    });
  }
  return rows;
}
