import type { BlockRef } from '../../domain/block.ts';
import type { Clock } from '../../domain/ports/telemetry.ts';
import type { Upstream } from './upstream.ts';

/** Height and time of a block that was reported as the tip. */
export type TipObservation = Pick<BlockRef, 'height' | 'timestamp'>;

/** A node's tip is compared with the others for this long. */
const rememberedMs = 20_000;

/** No chain makes blocks faster than this. So heights and times of two observations of one chain must fit together. */
const leastBlockMs = 250;
const jumpSlack = 2;

const jumps = (observed: TipObservation, from: TipObservation): boolean => {
  const between = Math.max(0, Date.parse(observed.timestamp) - Date.parse(from.timestamp));
  return !(observed.height - from.height <= jumpSlack + between / leastBlockMs);
};

export type TipObservations = ReturnType<typeof createTipObservations>;

/** The tips that trusted nodes reported lately, and the newest head that all processes know. */
export function createTipObservations(upstreams: readonly Upstream[], clock: Clock) {
  let sharedHead: TipObservation | undefined;

  function recent(except?: Upstream): TipObservation[] {
    const reporting = upstreams.filter(
      (upstream) => upstream !== except && !upstream.barred && clock.steady() - upstream.reportedAt <= rememberedMs,
    );
    const tips = reporting.flatMap(({ reportedTip }) => reportedTip ?? []);
    return sharedHead === undefined ? tips : [...tips, sharedHead];
  }

  return {
    learn(head: TipObservation | undefined): void {
      sharedHead = head;
    },
    /** How far this height is above the best one that the others observed; undefined where they observed none. */
    aheadBy(height: number, upstream: Upstream): number | undefined {
      const others = recent(upstream);
      return others.length === 0 ? undefined : height - Math.max(...others.map((observed) => observed.height));
    },
    /** No chain can have grown that far since another observation. */
    isBeyond: (observed: TipObservation): boolean => recent().some((other) => jumps(observed, other)),
    /** The best height that fits together with every other observation. */
    best(): number {
      const all = recent();
      const plausible = all.filter((observed) => !all.some((other) => jumps(observed, other)));
      return Math.max(0, ...plausible.map(({ height }) => height));
    },
  };
}
