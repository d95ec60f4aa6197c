import type { Service } from '../../domain/service.ts';

/** Tells the store what this process serves most, at most once a minute: all processes warm it together. */
export async function reportHotKeys({
  traffic,
  progress,
  clock,
  log,
}: Pick<Service, 'traffic' | 'progress' | 'clock' | 'log'>): Promise<void> {
  if (!traffic.hotKeysAreDue) return;
  const told = progress.saveHotKeys(traffic.process, traffic.drainHotKeys(), clock.now());
  await told.catch(() => log.warn('what is hot could not be kept'));
}
