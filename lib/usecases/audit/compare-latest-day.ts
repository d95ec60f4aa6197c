import type { BrokenLink } from '../../domain/audit-chain.ts';
import { dayAt, dayMs } from '../../domain/days.ts';
import { refKey } from '../../domain/entity.ts';
import type { HeadArchive } from '../../domain/ports/head-archive.ts';
import type { Service } from '../../domain/service.ts';
import { compareWithHeads } from './compare-with-heads.ts';

export interface ComparedDay {
  /** The latest day that is signed; null: none is. */
  readonly day: string | null;
  readonly broken: number;
}

/** So many of what is broken are logged. */
const mostNamed = 10;

/**
 * Rule AUDIT-5: holds the trails against the latest day that was signed, and measures how long ago that day has ended: where signing
 * has stopped, the figure grows. Throws StoreUnavailable.
 */
export async function compareLatestDay(
  service: Pick<Service, 'audit' | 'clock' | 'log' | 'metrics'> & { readonly archive: HeadArchive },
): Promise<ComparedDay> {
  const { archive, clock, log, metrics } = service;
  const day = await archive.latest(dayAt(clock.now()));
  if (day === undefined) return { day: null, broken: 0 };
  const ended = Date.parse(day) + dayMs;
  metrics.gauge('UnsignedSeconds', Math.max(0, Math.round((clock.now() - ended) / 1_000)));
  const named: BrokenLink[] = [];
  const onBroken = (link: BrokenLink) => void (named.length < mostNamed && named.push(link));
  const span = { from: new Date(day).toISOString(), until: new Date(ended).toISOString() };
  const { broken } = await compareWithHeads({ ...span, onBroken }, service);
  if (broken > 0) {
    metrics.count('AuditRewritten', broken);
    log.error('entries are not as they were signed', {
      day,
      broken: named.map(({ ref, sequence, problem }) => `${refKey(ref)} ${sequence}: ${problem}`),
    });
  }
  return { day, broken };
}
