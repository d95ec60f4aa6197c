import { ChainUnavailable, unlessDefect } from '../../domain/errors.ts';
import type { Decode } from '../pool/interpret-answer.ts';
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
  /** All blocks of 1.x are below this height. Left out: it is not known. */
  readonly olderBelow?: number | undefined;
  /** Whether one node's word is enough that it is a block of 1.x. Left out: all nodes are asked. */
  readonly mayBeOlder?: boolean;
}

/** Headers with their hashes checked, and the signatures that nodes sent with them. */
export interface SignedBlocks {
  /**
   * undefined: a block of 1.x, as far as nodes say. Throws ChainUnavailable. A node whose header does not have the hash is barred, and one
   * that gives a block of 2.x in the form of 1.x.
   */
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

/** An answer in the form of 1.x: no hash of such a header is checked. */
interface OlderForm {
  readonly answer: unknown;
}
const isOlder = (given: ProvedHeader | OlderForm): given is OlderForm => 'answer' in given;

export function createSignedBlocks(upstreams: Upstreams, seen: SeenBlocks): SignedBlocks {
  /** What each node that may be asked says of a block; a node without an answer says nothing. */
  async function saidByEach<Said>(
    identifier: { Hash: string } | { Height: number },
    decode: Decode<Said>,
    signal: AbortSignal,
  ) {
    const params = { block_identifier: identifier };
    const said = upstreams.trusted().map(async (node) => {
      const options = { signal, only: node, blame: false };
      const answered = await upstreams.call(blockMethod, params, decode, options).catch(unlessDefect);
      return answered !== undefined && 'value' in answered ? [{ node, value: answered.value }] : [];
    });
    return (await Promise.all(said)).flat();
  }

  /** Rule PROOF-4: one header that has the hash shows that the block is of 2.x, whatever other nodes give. */
  async function shownByAny(named: NamedBlock, signal: AbortSignal): Promise<ProvedHeader | undefined> {
    const all = await saidByEach({ Hash: named.hash }, (answer) => givenUnder(named, answer), signal);
    if (signal.aborted) throw new ChainUnavailable('no answer in time');
    const [shown] = all.flatMap(({ value }) => (isOlder(value) ? [] : [value]));
    if (shown === undefined) return undefined;
    for (const { node, value } of all) {
      if (isOlder(value)) node.bar(olderForm(named.hash), blockMethod, headerEvidence(value.answer, named.hash));
    }
    return shown;
  }

  return {
    async byHash(named, { signal, prefer }) {
      const { hash, height, mayBeOlder = false } = named;
      const known = seen.get(hash);
      const header = known && headerOrNone(known);
      if (header?.hash === hash) return header;
      const decode = (answer: unknown) => givenUnder(named, answer);
      const params = { block_identifier: { Hash: hash } };
      const block = height === undefined ? undefined : { hash, height };
      const answered = await upstreams.call(blockMethod, params, decode, { signal, prefer, block, blame: false });
      if ('absent' in answered) return malformed('a block');
      if (!isOlder(answered.value)) return answered.value;
      return mayBeOlder ? undefined : shownByAny(named, signal);
    },

    async atHeight(height, signal) {
      const all = await saidByEach({ Height: height }, headerIn, signal);
      return all.flatMap(({ node, value: header }) => (header?.height === height ? [{ node, header }] : []));
    },
  };
}

/**
 * Rule PROOF-4: a block of 1.x at a height where there is none is refuted by itself. One below may be what it is said to be: then the hash
 * was named by a node that lies, and this one is not to blame.
 */
function givenUnder({ hash, olderBelow }: NamedBlock, answer: unknown): ProvedHeader | OlderForm {
  const given = headerIn(answer);
  const claimed = given ?? decodeHeader(answer).pinned;
  if (claimed.hash !== hash) throw notItsHash(hash, answer);
  if (given !== undefined) return given;
  if (olderBelow !== undefined && claimed.height >= olderBelow)
    throw refuted(olderForm(hash), headerEvidence(answer, hash));
  return { answer };
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

const olderForm = (hash: string): string => `its header of block ${hash} has the form of an older protocol version`;
