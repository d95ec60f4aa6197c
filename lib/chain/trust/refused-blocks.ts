import { LRUCache } from 'lru-cache';
import type { BlockNotServed } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports/telemetry.ts';
import type { ProofReason } from '../../domain/proof.ts';
import { NotSigned } from './not-signed.ts';

const remembered = 64;
/** Signatures of a new block come within this time. */
const refusedMs = 10_000;

/** Rule PROOF-4: blocks that were refused a moment ago, by their hash: what would be said of their values is known. */
export interface RefusedBlocks {
  note(hash: string, error: BlockNotServed): void;
  get(hash: string): ProofReason | undefined;
}

export function createRefusedBlocks(clock: Clock): RefusedBlocks {
  const refused = new LRUCache<string, { readonly at: number; readonly reason: ProofReason }>({ max: remembered });
  return {
    note: (hash, error) => void refused.set(hash, { at: clock.steady(), reason: reasonFor(error) }),
    get(hash) {
      const found = refused.get(hash);
      return found !== undefined && clock.steady() - found.at < refusedMs ? found.reason : undefined;
    },
  };
}

/** Of a value that is answered nevertheless. */
export const reasonFor = (error: unknown): ProofReason => (error instanceof NotSigned ? 'unsigned' : 'not_in_time');
