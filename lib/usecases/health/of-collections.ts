import { type HealthReason, healthReason } from '../../domain/health.ts';
import type { Service } from '../../domain/service.ts';
import { type EnumerationFigure, enumerationsOf } from '../status/enumerations.ts';

/** The state machine goes on with each collection every five minutes. */
const stillMs = 3_600_000;

/** Collections of which some token could not be kept, and enumerations that do not move. One without a list of its own is as it must be. */
export async function collectionReasons(
  service: Parameters<typeof enumerationsOf>[0] & Pick<Service, 'clock'>,
): Promise<HealthReason[]> {
  const { others } = await enumerationsOf(service);
  return others.flatMap((one) => reasonOf(one, service.clock.now()) ?? []);
}

function reasonOf(one: EnumerationFigure, now: number): HealthReason | undefined {
  const { collection, state, reason, failed, failingSince, triedAgainAt, updatedAt } = one;
  const common = { status: 'degraded' as const };
  if (failingSince !== null) {
    const count = failed === 0 ? '' : `: ${failed} of its tokens could not be kept`;
    const next = triedAgainAt === null ? '' : ` It is tried again at ${triedAgainAt}.`;
    return healthReason({
      ...common,
      code: 'collection_not_whole',
      detail: `The collection ${collection} is not whole${count}. ${reason ?? ''}.${next}`,
      since: failingSince,
      action: 'Its lists are not complete until then. Look at the token that is named, as docs/operations.md says.',
    });
  }
  if (state !== 'enumerating' || updatedAt === null || now - Date.parse(updatedAt) < stillMs) return undefined;
  return healthReason({
    ...common,
    code: 'enumeration_stands_still',
    detail: `The enumeration of the collection ${collection} has not moved for more than an hour.`,
    since: updatedAt,
    action: 'See the component `nodes`, then the log of `enumerate-collection` and the state machine `enumerate`.',
  });
}
