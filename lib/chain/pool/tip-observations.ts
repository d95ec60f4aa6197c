import type { BlockRef } from '../../domain/block.ts';
import type { Clock } from '../../domain/ports/telemetry.ts';
import type { Upstream } from './upstream.ts';

/** Height and time of a block that somebody has seen to be the tip. */
export type TipObservation = Pick<BlockRef, 'height' | 'timestamp'>;

/** What a node told is held against the others for so long. */
const rememberedMs = 20_000;

/** No chain makes blocks faster than this: between two sights of one chain, heights and times must fit. */
const leastBlockMs = 250;
const jumpSlack = 2;

const jumps = (sight: TipObservation, from: TipObservation): boolean => {
  const between = Math.max(0, Date.parse(sight.timestamp) - Date.parse(from.timestamp));
  return !(sight.height - from.height <= jumpSlack + between / leastBlockMs);
};

export type TipObservations = ReturnType<typeof createTipObservations>;

/** Tips that nodes whose word counts told lately, and the newest one that anybody of ours has seen. */
export function createTipObservations(upstreams: readonly Upstream[], clock: Clock) {
  let known: TipObservation | undefined;

  function all(but?: Upstream): TipObservation[] {
    const lately = upstreams.filter((one) => one !== but && !one.barred && clock.now() - one.seenAt <= rememberedMs);
    return [...lately.flatMap(({ told }) => told ?? []), ...(known === undefined ? [] : [known])];
  }

  return {
    /** The newest tip of all processes. */
    learn(head: TipObservation | undefined): void {
      known = head;
    },
    /** How far it is above the best that anybody else has seen; undefined where nobody has seen anything. */
    aheadBy(height: number, upstream: Upstream): number | undefined {
      const others = all(upstream);
      return others.length === 0 ? undefined : height - Math.max(...others.map((sight) => sight.height));
    },
    /** No chain can have come that far since anybody else saw its tip. */
    isBeyond: (sight: TipObservation): boolean => all().some((other) => jumps(sight, other)),
    /** The best height that is plausible beside every other one. */
    best(): number {
      const sights = all();
      const plausible = sights.filter((sight) => !sights.some((other) => jumps(sight, other)));
      return Math.max(0, ...plausible.map(({ height }) => height));
    },
  };
}
