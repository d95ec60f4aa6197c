import { hash } from 'node:crypto';
import { blockRef, type PinnedBlock } from '../../domain/block.ts';
import { BlockNotServed } from '../../domain/errors.ts';
import type { FoundEvidence } from '../../domain/evidence.ts';
import { NotBytes } from '../proof/bytes.ts';
import { headerHash } from '../proof/header-hash.ts';
import { provedValue } from '../proof/merkle-proof.ts';
import { storedItem, storedValue } from '../proof/stored-value.ts';
import { trieKey } from '../proof/trie-key.ts';
import { hex64 } from '../rpc/decode-block.ts';
import { instant, shape, text, unreadable } from '../rpc/json-shape.ts';
import { refuted, sentDigits, sentHeader, sentJson } from './evidence.ts';
import { fastBlake2b } from './fast-hash.ts';
import { claimedValues, type ValueInAnswer } from './value-in-answer.ts';

export interface Proving {
  /** Gets each proof that was used, by its key. */
  readonly collected?: Map<string, string> | undefined;
  /** Whether the block may be of 1.x, as far as is known. Left out: it is not. */
  readonly mayBeOlder?: () => Promise<boolean>;
  /** Called where the block has another height, era or time than it was reported with. */
  readonly onMisreported?: (why: string, evidence: FoundEvidence) => void;
}

/**
 * Rule PROOF-1: taken from the bytes that the Merkle proof leads to the state root of the block. The header in the answer has the block's
 * hash, so it is that block's root. A node whose proof does not hold is not believed any more. Blocks of 1.x have headers of another
 * form: of them values are taken as claimed, where the block may be one.
 */
export async function createProvedValues(
  block: PinnedBlock,
  { collected, mayBeOlder, onMisreported }: Proving = {},
): Promise<ValueInAnswer> {
  const blake2b = await fastBlake2b();
  let root: string | undefined;
  let hasClaimed = false;
  let misreported: string | undefined;
  /** By key: answers come in any order. */
  const digests = new Map<string, string>();
  const proved = (given: unknown, key: string): unknown => {
    if (root === undefined) return undefined;
    // Bytes have two spellings: what is handed on, and its digest, has one, whichever node gave it.
    const sent = text(given, 'a proof');
    const proof = sent.toLowerCase();
    const bytes = provedValue(proof, trieKey(key), root, blake2b);
    if (bytes === undefined) {
      throw refuted(`its proof of ${key} at block ${block.height} does not hold`, {
        refuted: 'merkle_proof',
        key,
        block: blockRef(block),
        expected: { of: 'state_root', hash: root },
        sent: sentDigits(sent),
      });
    }
    digests.set(key, hash('sha256', proof));
    collected?.set(key, proof);
    return readable(key, () => (key.startsWith('dictionary-') ? storedItem : storedValue)(bytes));
  };
  return {
    proved,
    async of(result, key) {
      const { block_header: header, merkle_proof: proof } = shape(result, 'a stored value');
      const { Version2: version2 } = shape(header, 'a block header');
      if (version2 === undefined) {
        if ((await mayBeOlder?.()) !== true || root !== undefined)
          throw refuted(
            `its header of block ${block.height} has the form of an older protocol version`,
            ofHeader(header, key, block),
          );
        hasClaimed = true;
        return claimedValues.of(result, key);
      }
      if (root === undefined) {
        root = stateRootIn(version2, key, block);
        misreported = differenceOf(version2, block);
      }
      return proved(proof, key);
    },
    evidence() {
      // The hash is that of the block: who gave this header has said the truth, and who reported the block has not.
      if (misreported !== undefined) {
        onMisreported?.(misreported, ofReport(block));
        throw new BlockNotServed(misreported);
      }
      if (root !== undefined && hasClaimed) throw new BlockNotServed(`nodes give block ${block.height} in two forms`);
      if (root === undefined || digests.size === 0) return null;
      return { root, digest: hash('sha256', [...digests].sort().flat().join('\n')) };
    },
  };
}

function stateRootIn(header: unknown, key: string, block: PinnedBlock): string {
  const { hash, height } = block;
  try {
    if (headerHash(header) === hash) return hex64(shape(header, 'a block header').state_root_hash, 'a state root');
  } catch (error) {
    if (!(error instanceof NotBytes)) throw error;
  }
  throw refuted(`its header of block ${height} does not have the hash of that block`, ofHeader(header, key, block));
}

const ofHeader = (header: unknown, key: string, block: PinnedBlock): FoundEvidence => ({
  refuted: 'block_header',
  key,
  block: blockRef(block),
  expected: { of: 'block_hash', hash: block.hash },
  sent: sentHeader(header),
});

const ofReport = (block: PinnedBlock): FoundEvidence => {
  const { hash, height, eraId, timestamp } = block;
  return {
    refuted: 'reported_block',
    key: null,
    block: blockRef(block),
    expected: { of: 'block_hash', hash },
    sent: sentJson({ hash, height, eraId, timestamp }, /^[\dT:.Z-]+$/.test(timestamp)),
  };
};

/** What an answer names the block by is in its header, too. */
function differenceOf(header: unknown, { hash, height, eraId, timestamp }: PinnedBlock): string | undefined {
  const of = shape(header, 'a block header');
  const isSame =
    of.height === height && of.era_id === eraId && instant(of.timestamp, 'a block timestamp') === timestamp;
  return isSame
    ? undefined
    : `reports block ${height} of era ${eraId} at ${timestamp}, and its hash ${hash} is that of another one`;
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
