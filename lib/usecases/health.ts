import type { UpstreamReport } from '../domain/chain.ts';
import { abortIn } from '../domain/deadline.ts';
import type { Progress } from '../domain/progress.ts';
import type { Service } from '../domain/service.ts';

export type Verdict = 'healthy' | 'degraded' | 'down';

export interface Health {
  readonly status: Verdict;
  readonly components: {
    readonly chain: {
      readonly status: Verdict;
      readonly network: string;
      readonly upstreams: readonly UpstreamReport[];
    };
    readonly store: { readonly status: Verdict; readonly cursor: Progress['cursor'] };
  };
}

const lookMs = 1_500;

/** Down only when neither chain nor store can answer: with one of them there are answers, and they say which. */
export async function health(service: Pick<Service, 'chain' | 'progress' | 'network'>): Promise<Health> {
  const [upstreams, progress] = await Promise.all([
    service.chain.look(abortIn(lookMs)),
    service.progress.read().catch(() => undefined),
  ]);
  const healthy = upstreams.filter(({ state }) => state === 'healthy').length;
  const chain = healthy === 0 ? 'down' : upstreams.some(({ reason }) => reason !== null) ? 'degraded' : 'healthy';
  const store = progress === undefined ? 'down' : 'healthy';
  const both = [chain, store];
  return {
    status: both.every((one) => one === 'down')
      ? 'down'
      : both.every((one) => one === 'healthy')
        ? 'healthy'
        : 'degraded',
    components: {
      chain: { status: chain, network: service.network, upstreams },
      store: { status: store, cursor: progress?.cursor ?? null },
    },
  };
}
