import { hash } from 'node:crypto';
import type { PinnedBlock } from '../../domain/block.ts';
import { NotBytes } from '../proof/bytes.ts';
import { headerHash } from '../proof/header-hash.ts';
import { provedValue } from '../proof/merkle-proof.ts';
import { storedItem, storedValue } from '../proof/stored-value.ts';
import { trieKey } from '../proof/trie-key.ts';
import { hex64 } from '../rpc/decode-block.ts';
import { RpcFailure } from '../rpc/errors.ts';
import { shape, text, unreadable } from '../rpc/json-shape.ts';
import { fastBlake2b } from './fast-hash.ts';
import { claimedValues, type ValueInAnswer } from './value-in-answer.ts';

/**
 * Rule PROOF-1: taken from the bytes that the Merkle proof leads to the state root of the block. The header in the answer has the block's
 * hash, so it is that block's root. A node whose proof does not hold is not believed any more. Blocks of 1.x have headers of another
 * form: of them values are taken as claimed.
 */
export async function createProvedValues(block: PinnedBlock, collected?: Map<string, string>): Promise<ValueInAnswer> {
  const blake2b = await fastBlake2b();
  let root: string | undefined;
  /** By key: answers come in any order. */
  const digests = new Map<string, string>();
  const proved = (given: unknown, key: string): unknown => {
    if (root === undefined) return undefined;
    const proof = text(given, 'a proof');
    const bytes = provedValue(proof, trieKey(key), root, blake2b);
    if (bytes === undefined) throw refuted(`its proof of ${key} at block ${block.height} does not hold`);
    digests.set(key, hash('sha256', proof));
    collected?.set(key, proof);
    return readable(key, () => (key.startsWith('dictionary-') ? storedItem : storedValue)(bytes));
  };
  return {
    proved,
    of(result, key) {
      const { block_header: header, merkle_proof: proof } = shape(result, 'a stored value');
      const { Version2: version2 } = shape(header, 'a block header');
      if (version2 === undefined) return claimedValues.of(result, key);
      root ??= stateRootIn(version2, block);
      return proved(proof, key);
    },
    evidence() {
      if (root === undefined || digests.size === 0) return null;
      return { root, digest: hash('sha256', [...digests].sort().flat().join('\n')) };
    },
  };
}

function stateRootIn(header: unknown, { hash, height }: PinnedBlock): string {
  try {
    if (headerHash(header) === hash) return hex64(shape(header, 'a block header').state_root_hash, 'a state root');
  } catch (error) {
    if (!(error instanceof NotBytes)) throw error;
  }
  throw refuted(`its header of block ${height} does not have the hash of that block`);
}

/** Proved bytes are the chain's: if they cannot be understood here, no other node has others. */
function readable(key: string, read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof NotBytes) return unreadable(`a value under ${key.slice(0, 40)}`, error.message);
    throw error;
  }
}

const refuted = (message: string): RpcFailure => new RpcFailure('proof', message);
