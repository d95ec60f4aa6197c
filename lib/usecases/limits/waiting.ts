import { LookupError } from '../../domain/errors.ts';
import type { Budgets } from '../../domain/ports/budgets.ts';
import type { Clock, Log, Metrics } from '../../domain/ports/telemetry.ts';
import { storeFailed } from '../store-access.ts';

/** How many callers may wait at the same time over all processes; 0: no limit. */
export interface WaitingLimits {
  readonly perCaller: number;
  readonly inAll: number;
}

/** Takes a place for so many milliseconds at most; what it gives gives the place back. Throws `rate_limited` and `overloaded`. */
export type TakePlace = (milliseconds: number) => Promise<() => Promise<void>>;

interface WaitingService {
  readonly budgets: Pick<Budgets, 'takePlace' | 'leavePlace'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** A request that ends late must not have lost its place before. */
const slackMs = 5_000;
const retryAfter = 5;

/**
 * Rule LIMIT-12: on AWS each caller who waits holds an invocation. A place of its own and one of all are taken before it waits. One that is
 * killed leaves its places when their time is up. Without the store, each process holds its own limit alone.
 */
export const placesFor =
  (caller: string, { perCaller, inAll }: WaitingLimits, service: WaitingService): TakePlace =>
  async (milliseconds) => {
    const until = Math.ceil(service.clock.now() + milliseconds + slackMs);
    const own = await take(`waiting:${caller}`, perCaller, until, service);
    if (own === undefined) {
      service.metrics.count('RequestLimited');
      throw new LookupError('rate_limited', `${perCaller} requests of this caller wait already`, {
        retryable: true,
        retryAfter,
      });
    }
    const common = await take('waiting', inAll, until, service);
    if (common !== undefined) return async () => void (await Promise.all([own(), common()]));
    await own();
    throw new LookupError('overloaded', `${inAll} requests wait already`, { retryable: true, retryAfter });
  };

/** How to give it back; undefined: none is free. */
async function take(
  places: string,
  most: number,
  until: number,
  { budgets, clock, ...telemetry }: WaitingService,
): Promise<(() => Promise<void>) | undefined> {
  if (most === 0) return async () => {};
  const failed = (error: unknown) => storeFailed(error, telemetry);
  try {
    const place = await budgets.takePlace(places, { most, now: clock.now(), until });
    return place === undefined ? undefined : () => budgets.leavePlace(places, { place, until }).catch(failed);
  } catch (error) {
    failed(error);
    return async () => {};
  }
}
