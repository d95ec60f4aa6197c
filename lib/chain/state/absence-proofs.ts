import type { PinnedBlock } from '../../domain/block.ts';
import { BlockNotServed, ChainUnavailable, UnusableAnswer } from '../../domain/errors.ts';
import { lostState, noWitness, type StateProof, stateMethod, stateProofOf } from '../pool/holds-state.ts';
import type { Upstream } from '../pool/upstream.ts';
import type { Upstreams } from '../pool/upstreams.ts';
import { NoPermit } from '../rpc/errors.ts';

/**
 * Which nodes found something, and which answered "not found", while one block was read (rule KIND-1): a "not found" is an
 * absence only from a node that is shown to hold the state of that block.
 */
export interface AbsenceProofs {
  noteFound(node: Upstream): void;
  noteAbsent(node: Upstream): void;
  /** Whether any node has found anything in this block's state. */
  anyFound(): boolean;
  /** Throws when a node that answered "not found", and found nothing, does not hold this block's state. */
  prove(): Promise<void>;
}

export function createAbsenceProofs(block: PinnedBlock, upstreams: Upstreams, signal: AbortSignal): AbsenceProofs {
  const found = new Set<Upstream>();
  const absent = new Set<Upstream>();

  async function proveState(node: Upstream): Promise<void> {
    let proof: StateProof;
    try {
      proof = await stateProofOf(block, (method, params, decode, about) =>
        upstreams.call(method, params, decode, { signal, only: node, block: about, blame: about !== undefined }),
      );
    } catch (cause) {
      // Rule ANSWER-1: what it sent of this state cannot be used, and shows that it holds the state.
      if (cause instanceof UnusableAnswer) return;
      if (cause instanceof BlockNotServed) throw cause;
      // The node may have been barred a moment ago by another reading: then its answer does not count here either.
      if (!signal.aborted && !wasNotAsked(node, cause)) node.bar('cannot prove what it answered', stateMethod);
      throw new ChainUnavailable(`${node.name} cannot prove what it answered`, { cause, otherNodesMay: true });
    }
    if (proof === 'held') return;
    // The node is not at fault, and no other node can show more.
    if (proof === 'unproven') throw new ChainUnavailable(`${node.name} ${noWitness}`);
    node.bar(lostState, stateMethod);
    throw new ChainUnavailable(`${node.name} ${lostState}`, { otherNodesMay: true });
  }

  return {
    noteFound: (node) => void found.add(node),
    noteAbsent: (node) => void absent.add(node),
    anyFound: () => found.size > 0,
    async prove() {
      for (const node of absent) if (!found.has(node)) await proveState(node);
    },
  };
}

/** It asked for a pause, or no permit came in time: the node is not at fault. */
const wasNotAsked = (node: Upstream, failure: unknown): boolean =>
  node.pausedMs > 0 || failure instanceof NoPermit || (failure as Error).cause instanceof NoPermit;
