import type { Chain, PinnedBlock } from '../domain/chain.ts';
import type { Clock, Log, Metrics, ProgressStore } from '../domain/service.ts';
import { createEraRewards } from './era-rewards.ts';
import { createPinnedState } from './pinned-state.ts';
import type { Upstream } from './upstream.ts';
import { createUpstreams, type UpstreamSettings } from './upstreams.ts';
import { createValidatorDirectory } from './validator-directory.ts';

export interface CasperChainOptions {
  readonly settings: UpstreamSettings;
  readonly progress: Pick<ProgressStore, 'directory' | 'growDirectory' | 'noteNode'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** The Casper network, over the JSON-RPC endpoints of one or more nodes. */
export function createCasperChain({ settings, progress, clock, log, metrics }: CasperChainOptions): Chain {
  const upstreams = createUpstreams(settings, { store: progress, clock, log, metrics });
  const validatorsAt = createValidatorDirectory(progress, log);
  const rewardsOf = createEraRewards();
  const givenBy = new WeakMap<PinnedBlock, Upstream>();

  return {
    async tip(request) {
      const { block, from } = await upstreams.tip(request);
      givenBy.set(block, from);
      return block;
    },
    at: ({ block, bases, signal, patience = 1 }) =>
      createPinnedState({
        block,
        upstreams,
        prefer: givenBy.get(block),
        bases,
        validatorsAt,
        rewardsOf,
        signal,
        patience,
      }),
    look: (request) => upstreams.look(request),
    settled: () => upstreams.settled(),
    calls: () => upstreams.calls(),
  };
}
