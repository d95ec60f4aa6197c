import { tickBudget } from '../../../lib/usecases/following/follow-to-tip.ts';
import type { Row } from '../row.ts';
import { askForAccounts, type Following, followThrough, recordsOf, startFollowing } from './follow.ts';
import { liquidEnv } from './liquid.ts';
import { track } from './tracked.ts';

const switchBlock = 91;
const stakers = 10_000;

/** The cost of the end of an era on which very many positions and accounts depend. */
export async function eraEnded(): Promise<Row[]> {
  const alone = await untilEraEnds();
  const positions = recordsOf(alone.world.store).filter(({ ref: { kind } }) => kind !== 'asset');
  const few = await alone.to(switchBlock);
  const following = await untilEraEnds();
  track(2 * stakers, positions, following.world.store.tables);
  const many = await following.to(switchBlock);
  const bench = `an era ends, ${stakers} positions and their accounts tracked`;
  return [
    {
      bench: `${bench}: the tick, over one with ${positions.length / 2}`,
      counts: 'calls',
      figure: String(many.calls),
      against: String(few.calls),
      ratio: many.calls / few.calls,
      goal: '1.00',
      met: many.calls === few.calls,
      detail: `${many.refreshed} refreshed over ${few.refreshed}; a tick has ${tickBudget.calls} calls`,
    },
    {
      bench: `${bench}: the tick, over its time for starting blocks`,
      counts: 'wall time',
      figure: `${many.milliseconds} ms`,
      against: `${tickBudget.startMs} ms`,
      ratio: many.milliseconds / tickBudget.startMs,
      goal: '<= 1.00',
      met: many.milliseconds <= tickBudget.startMs,
    },
  ];
}

async function untilEraEnds(): Promise<Following> {
  const following = await startFollowing({ recording: 'chain-d', env: liquidEnv });
  await followThrough(switchBlock - 1, following);
  await askForAccounts(following);
  return following;
}
