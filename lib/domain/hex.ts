import { blake2b } from '@noble/hashes/blake2.js';
import { hexToBytes } from '@noble/hashes/utils.js';
import { InvalidId } from './errors.ts';

/**
 * Hexadecimal digits as a caller writes them, in lower case. Letters of one case say nothing. Mixed letters are a checksum
 * (CEP-57), which catches a mistyped digit before it becomes "the chain has no such account". `digits` has whole bytes only,
 * without a prefix: the two digits before a public key are not part of its checksum. Throws InvalidId.
 */
export function canonicalHex(digits: string, path?: string): string {
  const lower = digits.toLowerCase();
  const isMixed = digits !== lower && digits !== digits.toUpperCase();
  if (!isMixed || checksummed(lower) === digits) return lower;
  throw new InvalidId(
    'the upper and lower case letters are not the checksum of these digits (CEP-57): a character is mistyped. ' +
      'Letters that are all lower case or all upper case are accepted without a checksum',
    path,
  );
}

/** CEP-57: the letters, in order, are in upper case where the bit of the blake2b-256 hash of the bytes is set, lowest bit first. */
export function checksummed(lower: string): string {
  const hash = blake2b(hexToBytes(lower), { dkLen: 32 });
  let letters = 0;
  return lower.replace(/[a-f]/g, (letter) => {
    const bit = letters++ % 256;
    return ((hash[bit >> 3] ?? 0) >> (bit & 7)) & 1 ? letter.toUpperCase() : letter;
  });
}

/** The bytes of hexadecimal digits that were checked before: what is none counts as 0. */
export const bytesOfHex = (digits: string): Uint8Array =>
  Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
