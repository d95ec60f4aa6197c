import { LRUCache } from 'lru-cache';

/** As many as sync follows in one batch. */
const remembered = 32;
/** Rule PROOF-4: nothing is checked yet, and an answer may have many megabytes. The largest headers of mainnet have a tenth of this, in characters. */
const mostOfOne = 1_000_000;
const mostOfAll = 8 * mostOfOne;

/** Answers of `chain_get_block` that were asked for other reasons: their signatures cost no call. */
export interface SeenBlocks {
  note(method: string, answer: unknown): void;
  /** The answer, as far as a header needs it. */
  get(hash: string): object | undefined;
}

export function createSeenBlocks(): SeenBlocks {
  const seen = new LRUCache<string, object>({ max: remembered, maxSize: mostOfAll });
  return {
    note(method, answer) {
      if (method !== 'chain_get_block') return;
      const { block, proofs } = (answer as Answer | null)?.block_with_signatures ?? {};
      const { hash, header } = block?.Version2 ?? {};
      if (typeof hash !== 'string') return;
      const kept = { block_with_signatures: { block: { Version2: { hash, header } }, proofs } };
      const size = sizeUpTo(mostOfOne, kept);
      if (size < mostOfOne) seen.set(hash, kept, { size });
    },
    get: (hash) => seen.get(hash),
  };
}

/** For each value, and each name of a member, besides its characters. */
const overhead = 8;

/** Of what JSON can hold, in characters. It is not counted any further than it has to be. */
function sizeUpTo(most: number, json: unknown): number {
  const left = [json];
  let size = 0;
  while (left.length > 0 && size < most) {
    const one = left.pop();
    size += overhead + (typeof one === 'string' ? one.length : 0);
    if (typeof one !== 'object' || one === null) continue;
    for (const name in one) {
      size += overhead + (Array.isArray(one) ? 0 : name.length);
      if (size >= most) break;
      left.push((one as Record<string, unknown>)[name]);
    }
  }
  return size;
}

interface Answer {
  readonly block_with_signatures?: {
    readonly block?: { readonly Version2?: { readonly hash?: unknown; readonly header?: unknown } };
    readonly proofs?: unknown;
  };
}
