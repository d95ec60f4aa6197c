import { accountHashOf } from '../domain/account-id.ts';
import type { PinnedBlock } from '../domain/chain.ts';
import { ChainUnavailable } from '../domain/errors.ts';
import { validatorBidKey } from './state-keys.ts';
import type { Upstream } from './upstream.ts';
import type { Upstreams } from './upstreams.ts';

const lostState = 'answers "not found" for state that is there';

/** Who said what while one block was read. */
export interface Witnesses {
  found(node: Upstream): void;
  saidAbsent(node: Upstream): void;
  /** Whether any node has found anything of this block's state. */
  someoneFound(): boolean;
  /** Throws when a node that said "not found", and has found nothing, does not hold this block's state. */
  prove(): Promise<void>;
}

export function createWitnesses(block: PinnedBlock, upstreams: Upstreams, signal: AbortSignal): Witnesses {
  const found = new Set<Upstream>();
  const saidAbsent = new Set<Upstream>();

  /**
   * Whoever proposed this block has a bid in its state, and an account even when the bid has just been withdrawn: a node
   * that knows neither has lost the state. Genesis has no proposer, and nothing to prove it by.
   */
  async function proveState(node: Upstream): Promise<void> {
    if (block.proposer.length < 66) return;
    const proposer = accountHashOf(block.proposer);
    try {
      for (const key of [validatorBidKey(proposer), `account-hash-${proposer}`]) {
        const params = { state_identifier: { BlockHash: block.hash }, key, path: [] };
        const answered = await upstreams.call('query_global_state', params, () => true, { signal, only: node });
        if ('value' in answered) return;
      }
    } catch (cause) {
      // It cannot be asked any more, maybe since somebody else has just found it out: then its word does not count here.
      if (!signal.aborted) node.bar('cannot prove what it said');
      throw new ChainUnavailable(`${node.name} cannot prove what it said`, { cause, otherNodesMay: true });
    }
    node.bar(lostState);
    throw new ChainUnavailable(`${node.name} ${lostState}`, { otherNodesMay: true });
  }

  return {
    found: (node) => void found.add(node),
    saidAbsent: (node) => void saidAbsent.add(node),
    someoneFound: () => found.size > 0,
    async prove() {
      for (const node of saidAbsent) if (!found.has(node)) await proveState(node);
    },
  };
}
