import type { Progress } from '../../domain/progress.ts';
import type { Service } from '../../domain/service.ts';

type Stall = NonNullable<Progress['stalled']>;
type StallService = Pick<Service, 'progress' | 'audit' | 'outbox' | 'metrics' | 'clock'>;

/**
 * Says that sync has stalled, or (null) gets on again. Whoever finds it stalled tells of it, each time and with the moment
 * that the store has of it; it is cleared only after its end was told. So one that stops in between loses neither.
 */
export async function noteStall(stalled: Progress['stalled'], service: StallService): Promise<void> {
  const { progress, metrics } = service;
  if (stalled !== null) {
    if (await progress.noteStall(stalled)) metrics.count('SyncStalled');
    const stands = (await progress.read()).stalled;
    if (stands !== null) await tell('SyncStalled', stands, stands.since, service);
    return;
  }
  const ended = (await progress.read()).stalled;
  if (ended === null) return;
  await tell('SyncRecovered', ended, new Date(service.clock.now()).toISOString(), service);
  await progress.noteStall(null);
}

/** Of one stall, once each: the event by its id, the entry by what it says. */
async function tell(
  type: 'SyncStalled' | 'SyncRecovered',
  stall: Stall,
  at: string,
  { audit, outbox }: StallService,
): Promise<void> {
  const [before, after] = type === 'SyncStalled' ? [null, stall] : [stall, null];
  await audit.append({
    ref: { kind: 'service', id: 'sync' },
    cause: 'sync',
    actor: 'service',
    before: { stalled: before },
    after: { stalled: after },
    block: null,
    timestamp: at,
  });
  await outbox.put({ id: `${type}#${stall.since}`, type, at, detail: stall });
}
