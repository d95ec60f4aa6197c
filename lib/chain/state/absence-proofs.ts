import type { PinnedBlock } from '../../domain/block.ts';
import { ChainUnavailable } from '../../domain/errors.ts';
import { holdsState, lostState, stateMethod } from '../pool/holds-state.ts';
import type { Upstream } from '../pool/upstream.ts';
import type { Upstreams } from '../pool/upstreams.ts';
import { NoPermit } from '../rpc/rpc-failure.ts';

/** Who said what while one block was read. */
export interface AbsenceProofs {
  found(node: Upstream): void;
  saidAbsent(node: Upstream): void;
  /** Whether any node has found anything of this block's state. */
  someoneFound(): boolean;
  /** Throws when a node that said "not found", and has found nothing, does not hold this block's state. */
  prove(): Promise<void>;
}

export function createAbsenceProofs(block: PinnedBlock, upstreams: Upstreams, signal: AbortSignal): AbsenceProofs {
  const found = new Set<Upstream>();
  const saidAbsent = new Set<Upstream>();

  async function proveState(node: Upstream): Promise<void> {
    let held: boolean;
    try {
      held = await holdsState(block, (method, params) =>
        upstreams.call(method, params, () => true, { signal, only: node }),
      );
    } catch (cause) {
      // It cannot be asked any more, maybe since somebody else has just found it out: then its word does not count here.
      if (!signal.aborted && !wasNotAsked(node, cause)) node.bar('cannot prove what it said', stateMethod);
      throw new ChainUnavailable(`${node.name} cannot prove what it said`, { cause, otherNodesMay: true });
    }
    if (held) return;
    node.bar(lostState, stateMethod);
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

/** It asked for a pause, or its turn did not come: that is no failing of the node's. */
const wasNotAsked = (node: Upstream, failure: unknown): boolean =>
  node.pausedMs > 0 || failure instanceof NoPermit || (failure as Error).cause instanceof NoPermit;
