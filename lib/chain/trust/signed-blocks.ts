import { ChainUnavailable } from '../../domain/errors.ts';
import type { Upstream } from '../pool/upstream.ts';
import type { Upstreams } from '../pool/upstreams.ts';
import { type ProvedHeader, provedHeader } from '../proof/block-proof.ts';
import { NotBytes } from '../proof/bytes.ts';
import { decodeHeader } from '../rpc/decode-block.ts';
import type { RpcFailure } from '../rpc/errors.ts';
import { malformed } from '../rpc/json-shape.ts';
import { headerEvidence, refuted } from '../state/evidence.ts';
import type { SeenBlocks } from './seen-blocks.ts';

export interface NamedBlock {
  readonly hash: string;
  readonly height?: number;
}

/** Headers with their hashes checked, and the signatures that nodes sent with them. */
export interface SignedBlocks {
  /** undefined: a block of 1.x. Throws ChainUnavailable. A node whose header does not have the hash is barred. */
  byHash(block: NamedBlock, asking: Asking): Promise<ProvedHeader | undefined>;
  /** What each node that may be asked has at a height; a node without an answer has nothing. */
  atHeight(height: number, signal: AbortSignal): Promise<readonly Given[]>;
}

export interface Asking {
  readonly signal: AbortSignal;
  readonly prefer?: Upstream | undefined;
}

export interface Given {
  readonly node: Upstream;
  readonly header: ProvedHeader;
}

const blockMethod = 'chain_get_block';

export function createSignedBlocks(upstreams: Upstreams, seen: SeenBlocks): SignedBlocks {
  return {
    async byHash({ hash, height }, { signal, prefer }) {
      const known = seen.get(hash);
      const header = known && headerOrNone(known);
      if (header?.hash === hash) return header;
      const decode = (answer: unknown): ProvedHeader | undefined => {
        const given = headerIn(answer);
        if (given !== undefined && given.hash !== hash) throw notItsHash(hash, answer);
        return given;
      };
      const params = { block_identifier: { Hash: hash } };
      const block = height === undefined ? undefined : { hash, height };
      const answered = await upstreams.call(blockMethod, params, decode, { signal, prefer, block, blame: false });
      return 'absent' in answered ? malformed('a block') : answered.value;
    },

    async atHeight(height, signal) {
      const params = { block_identifier: { Height: height } };
      const said = upstreams.trusted().map(async (node): Promise<Given | undefined> => {
        const options = { signal, only: node, blame: false };
        const answered = await upstreams.call(blockMethod, params, headerIn, options).catch((error: unknown) => {
          if (!(error instanceof ChainUnavailable)) throw error;
        });
        const header = answered !== undefined && 'value' in answered ? answered.value : undefined;
        return header?.height === height ? { node, header } : undefined;
      });
      return (await Promise.all(said)).filter((given) => given !== undefined);
    },
  };
}

/** Rule PROOF-4: a node whose header does not have the hash that it claims is not believed any more. */
function headerIn(answer: unknown): ProvedHeader | undefined {
  const { pinned } = decodeHeader(answer);
  try {
    return provedHeader(answer);
  } catch (error) {
    if (error instanceof NotBytes) throw notItsHash(pinned.hash, answer);
    throw error;
  }
}

function headerOrNone(answer: object): ProvedHeader | undefined {
  try {
    return provedHeader(answer);
  } catch (error) {
    if (error instanceof NotBytes) return undefined;
    throw error;
  }
}

const notItsHash = (hash: string, answer: unknown): RpcFailure =>
  refuted(`its header of block ${hash} does not have the hash of that block`, headerEvidence(answer, hash));
