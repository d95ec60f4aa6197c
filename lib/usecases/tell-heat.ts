import type { Service } from '../domain/service.ts';

/** Tells the store what this process serves most, at most once a minute: all processes warm it together. */
export async function tellHeat({
  traffic,
  progress,
  clock,
  log,
}: Pick<Service, 'traffic' | 'progress' | 'clock' | 'log'>): Promise<void> {
  if (!traffic.heatIsDue) return;
  const told = progress.noteHeat(traffic.process, traffic.takeHeat(), clock.now());
  await told.catch(() => log.warn('what is hot could not be kept'));
}
