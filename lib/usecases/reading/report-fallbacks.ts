import type { Service } from '../../domain/service.ts';

/** Tells the store what this process has answered from the database, at most once in ten seconds: it is to be checked soon. */
export async function reportFallbacks({
  traffic,
  progress,
  clock,
  log,
}: Pick<Service, 'traffic' | 'progress' | 'clock' | 'log'>): Promise<void> {
  if (!traffic.fallbacksAreDue) return;
  const told = progress.noteFallbacks(traffic.process, traffic.drainFallbacks(), clock.now());
  await told.catch(() => log.warn('what the database has answered could not be kept'));
}
