import { blockRef } from '../../domain/block.ts';
import type { FoundEvidence } from '../../domain/evidence.ts';
import { provedHeader } from '../proof/block-proof.ts';
import { NotBytes } from '../proof/bytes.ts';
import { type DecodedHeader, decodeHeader, hex64, versioned } from '../rpc/decode-block.ts';
import { decodeBlock } from '../rpc/decode-whole-block.ts';
import { shape, unreadable } from '../rpc/json-shape.ts';
import type { BlockSources, OnUnproved } from './block-sources.ts';
import { headerEvidence, refuted, sentJson } from './evidence.ts';
import { provedResults } from './proved-results.ts';

/**
 * Rule PROOF-6: the header has the hash that the block has, and the body the hash in that header, so that the list of transactions is the
 * block's; and rule PROOF-7. Of a block of 1.x, whose header has another form, nothing is proved. `since`: the protocol version of a block
 * below it; no later block has an older form. Without `onUnproved` a block whose results cannot be proved cannot be read.
 */
export const provedSources = (since: string | null, onUnproved: OnUnproved | undefined): BlockSources => ({
  header(answer) {
    const header = decodeHeader(answer);
    checkHeader(answer, header, since);
    return header;
  },

  block(answer) {
    const block = decodeBlock(answer);
    if (!checkHeader(answer, block, since)) return { ...block, isProved: false };
    const { height } = block.pinned;
    // A member that is not known here refutes nothing: other nodes may say it in a known form.
    if (block.isWhole === undefined) return unreadable(`a block ${height}`, 'its body has further members');
    if (!block.isWhole)
      throw refuted(`its transactions are not those that the header of block ${height} names`, ofBody(answer, block));
    return { ...block, isProved: true };
  },

  results: (asked) => provedResults(asked, onUnproved),
});

/** Whether it is proved; false for a block of 1.x. Throws where it is refuted. */
function checkHeader(answer: unknown, { pinned, protocolVersion }: DecodedHeader, since: string | null): boolean {
  try {
    if (provedHeader(answer) !== undefined) return true;
  } catch (error) {
    if (!(error instanceof NotBytes)) throw error;
    throw refuted(`its header of block ${pinned.height} does not have the hash of that block`, headerEvidence(answer));
  }
  if ([protocolVersion, since ?? protocolVersion].every(isOfOlderForm)) return false;
  throw refuted(`its block ${pinned.height} has the form of an older protocol version`, headerEvidence(answer));
}

/** A body that has another hash has no member that is not known. */
function ofBody(answer: unknown, { pinned }: DecodedHeader): FoundEvidence {
  const { header, body } = versioned(answer).block;
  return {
    refuted: 'block_body',
    key: null,
    block: blockRef(pinned),
    expected: { of: 'body_hash', hash: hex64(shape(header, 'a block header').body_hash, 'a body hash') },
    sent: sentJson(body, true),
  };
}

const isOfOlderForm = (protocolVersion: string): boolean => /^[01]\./.test(protocolVersion);
