import { blockRef } from '../../domain/block.ts';
import type { FoundEvidence, SentPart } from '../../domain/evidence.ts';
import { rawJson } from '../../domain/source-json.ts';
import { bytesToHex, NotBytes, utf8ToBytes } from '../proof/bytes.ts';
import { headerHash } from '../proof/header-hash.ts';
import { decodeHeader, versioned } from '../rpc/decode-block.ts';
import { RpcFailure } from '../rpc/errors.ts';
import { fastBlake2b } from './fast-hash.ts';

/** Twice what the proofs of the main network take. */
const mostBytes = 64 * 1024;

/** The node is barred for it (rule PROOF-1), and its trail has it (rule AUDIT-6). */
export const refuted = (message: string, evidence: FoundEvidence): RpcFailure =>
  new RpcFailure('proof', message, { evidence });

/** Of an answer of `chain_get_block`. `hash`: the block that was asked for; left out, the one that it claims to be. */
export function headerEvidence(answer: unknown, hash?: string): FoundEvidence {
  const { pinned } = decodeHeader(answer);
  return {
    refuted: 'block_header',
    key: null,
    block: blockRef(pinned),
    expected: { of: 'block_hash', hash: hash ?? pinned.hash },
    sent: sentHeader(versioned(answer).block.header),
  };
}

/** As the node sent it. */
export const sentDigits = (text: string) => sentText(() => text, /^[0-9a-f]*$/i.test(text));

/** With its members as the node sent them, without spaces. */
export const sentHeader = (header: unknown) => sentJson(header, isHeader(header));

/** `isClosed`: each of its members is known, and canonical. */
export const sentJson = (value: unknown, isClosed: boolean) => sentText(() => JSON.stringify(value, exact), isClosed);

/** Rule AUDIT-6: other text than that of a closed form may repeat a secret of the request. */
const sentText = (textOf: () => string, isClosed: boolean) => async (): Promise<SentPart> => {
  const text = textOf();
  const bytes = utf8ToBytes(text);
  const blake2b = bytesToHex((await fastBlake2b())(bytes));
  return { blake2b, bytes: bytes.length, text: isClosed && bytes.length <= mostBytes ? text : null };
};

function isHeader(json: unknown): boolean {
  try {
    headerHash(json);
    return true;
  } catch (error) {
    if (error instanceof NotBytes) return false;
    throw error;
  }
}

const exact = (_name: string, value: unknown): unknown => (typeof value === 'bigint' ? rawJson(String(value)) : value);
