import type { Chain, PinnedBlock } from '../domain/chain.ts';
import type { Clock, Log, ProgressStore } from '../domain/service.ts';
import { createEraRewards } from './era-rewards.ts';
import { createPinnedState } from './pinned-state.ts';
import type { Upstream } from './upstream.ts';
import { createUpstreams, type UpstreamSettings } from './upstreams.ts';
import { createValidatorDirectory } from './validator-directory.ts';

export interface CasperChainOptions {
  readonly settings: UpstreamSettings;
  readonly directory: Pick<ProgressStore, 'directory' | 'growDirectory'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** The Casper network, over the JSON-RPC endpoints of one or more nodes. */
export function createCasperChain({ settings, directory, clock, log }: CasperChainOptions): Chain {
  const upstreams = createUpstreams(settings, { clock, log });
  const validatorsAt = createValidatorDirectory(directory, log);
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
    look: (signal) => upstreams.look(signal),
    calls: () => upstreams.calls(),
  };
}
