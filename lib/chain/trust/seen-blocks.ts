import { LRUCache } from 'lru-cache';

/** As many as sync follows in one batch. */
const remembered = 32;

/** Answers of `chain_get_block` that were asked for other reasons: their signatures cost no call. */
export interface SeenBlocks {
  note(method: string, answer: unknown): void;
  /** The answer, as far as a header needs it. */
  get(hash: string): object | undefined;
}

export function createSeenBlocks(): SeenBlocks {
  const seen = new LRUCache<string, object>({ max: remembered });
  return {
    note(method, answer) {
      if (method !== 'chain_get_block') return;
      const { block, proofs } = (answer as Answer | null)?.block_with_signatures ?? {};
      const { hash, header } = block?.Version2 ?? {};
      if (typeof hash !== 'string') return;
      seen.set(hash, { block_with_signatures: { block: { Version2: { hash, header } }, proofs } });
    },
    get: (hash) => seen.get(hash),
  };
}

interface Answer {
  readonly block_with_signatures?: {
    readonly block?: { readonly Version2?: { readonly hash?: unknown; readonly header?: unknown } };
    readonly proofs?: unknown;
  };
}
