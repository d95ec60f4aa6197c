import type { Row } from '../row.ts';
import { simulate } from '../sync/served.ts';

const longer = 300;

/**
 * Whether longer limits of freshness would save calls: all reads and changes of the recorded chain, with the limits that there are and
 * with longer ones. What sync follows is verified again by each tick, so that no limit is reached.
 */
export async function longerLimits(): Promise<Row> {
  const own = await simulate(undefined);
  const long = await simulate(undefined, longer);
  const each = [own, long].map(({ calls, reads }) => (1_000 * calls) / reads) as [number, number];
  return {
    bench: `calls of readers and refreshes for 1,000 reads: values fresh for ${longer} s, over 90 s`,
    counts: 'calls',
    figure: each[1].toFixed(1),
    against: each[0].toFixed(1),
    ratio: each[1] / each[0],
  };
}
