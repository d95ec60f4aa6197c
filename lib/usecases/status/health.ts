import { abortIn, unlessAborted } from '../../domain/deadline.ts';
import type { UpstreamReport } from '../../domain/ports/chain.ts';
import type { Progress } from '../../domain/progress.ts';
import type { Service } from '../../domain/service.ts';

export type HealthVerdict = 'healthy' | 'degraded' | 'down';

export interface Health {
  readonly status: HealthVerdict;
  readonly components: {
    readonly chain: {
      readonly status: HealthVerdict;
      readonly network: string;
      /** No node that answers has a new block: the chain itself has stalled. Reads continue. */
      readonly stalled: boolean;
      readonly upstreams: readonly UpstreamReport[];
    };
    readonly store: { readonly status: HealthVerdict; readonly cursor: Progress['cursor'] };
  };
}

const lookMs = 1_500;

/** Down only where neither chain nor store answers: with one of them the service still answers. */
export async function readHealth(service: Pick<Service, 'chain' | 'progress' | 'network'>): Promise<Health> {
  const signal = abortIn(lookMs);
  const progress = await unlessAborted(
    service.progress.read().catch(() => undefined),
    signal,
  );
  const upstreams = await service.chain.look({ nodes: progress?.nodes ?? {}, signal });
  const answering = upstreams.filter(({ state }) => state === 'healthy');
  const chain =
    answering.length === 0 ? 'down' : upstreams.some(({ reason }) => reason !== null) ? 'degraded' : 'healthy';
  const stalled = answering.length > 0 && answering.every(({ standsStill }) => standsStill);
  const store = progress === undefined ? 'down' : 'healthy';
  const both = [chain, store];
  return {
    status: both.every((one) => one === 'down')
      ? 'down'
      : both.every((one) => one === 'healthy')
        ? 'healthy'
        : 'degraded',
    components: {
      chain: { status: chain, network: service.network, stalled, upstreams },
      store: { status: store, cursor: progress?.cursor ?? null },
    },
  };
}
