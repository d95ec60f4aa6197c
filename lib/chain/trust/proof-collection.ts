import type { CollectedProofs } from '../../domain/full-proof.ts';
import type { RecordingState } from '../../domain/pinned-state.ts';
import type { PinnedReading, ProofCollection } from '../../domain/ports/chain.ts';
import { collectingState } from '../state/collecting-state.ts';
import { trustWay, type WayParts } from './trust-way.ts';

/** Rule PROOF-5: readings whose proofs are kept, and the way of trust to their block. */
export function createProofCollection(
  at: (reading: PinnedReading, collected: CollectedProofs) => RecordingState,
  parts: Omit<WayParts, 'asking'>,
): ProofCollection {
  const collected: CollectedProofs = { proofs: new Map(), absent: new Set(), claimed: {} };
  return {
    at: (reading) => collectingState(at(reading, collected), collected),
    async complete(block, anchor, signal) {
      const { weight, ...way } = await trustWay(block.hash, anchor, { ...parts, asking: { signal } });
      const { proofs, absent, claimed } = collected;
      const proof = {
        format: 1,
        chainName: parts.network,
        ...way,
        proofs: Object.fromEntries([...proofs].sort()),
        // A node that has lost its state said so of keys that another one has.
        absent: [...absent].filter((key) => !proofs.has(key)).sort(),
        claimed,
      } as const;
      return { proof, weight };
    },
  };
}
