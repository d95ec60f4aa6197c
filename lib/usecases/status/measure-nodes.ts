import type { Service } from '../../domain/service.ts';

/** What this process knows of the nodes, for alarms. Of nodes that it has not asked yet nothing is known, and nothing is published. */
export function measureNodes({ chain, metrics }: Pick<Service, 'chain' | 'metrics'>): void {
  const known = chain.report().filter(({ state }) => state !== 'unknown');
  if (known.length === 0) return;
  metrics.gauge('HealthyNodes', known.filter(({ state }) => state === 'healthy').length);
  metrics.gauge('BreakersOpen', known.filter(({ breaker }) => breaker === 'open').length);
}
