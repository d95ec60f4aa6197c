import { blake2b as hashOf } from '@noble/hashes/blake2.js';
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';

/** The bytes that Casper hashes and signs ("bytesrepr" of casper-types): little-endian integers, lengths as u32 before what has any length. */

export const blake2b = (bytes: Uint8Array): Uint8Array => hashOf(bytes, { dkLen: 32 });

export const u8 = (value: bigint | number): Uint8Array => Uint8Array.of(Number(value));

export function u32(value: bigint | number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, Number(value), true);
  return bytes;
}

export function u64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value, true);
  return bytes;
}

/** U128, U256 and U512 alike: how many bytes, then these without leading zeros. */
export function big(value: bigint): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; rest > 0n; rest >>= 8n) bytes.push(Number(rest & 255n));
  return Uint8Array.from([bytes.length, ...bytes]);
}

export const vector = <Item>(items: readonly Item[], bytesOf: (item: Item) => Uint8Array): Uint8Array =>
  concatBytes(u32(items.length), ...items.map(bytesOf));

export const optionOf = <Value>(value: Value | null, bytesOf: (value: Value) => Uint8Array): Uint8Array =>
  value === null ? u8(0) : concatBytes(u8(1), bytesOf(value));

/** Throws NotBytes where the text is not hexadecimal, or not of this length. */
export function hex(text: string, length?: number): Uint8Array {
  if (length !== undefined && text.length !== 2 * length) throw new NotBytes(`${text.length / 2} bytes, not ${length}`);
  // Node's own decoder looks at the low byte of each character alone: it takes others for digits.
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(text)) throw new NotBytes('not hexadecimal');
  return digitsOf(text);
}

/** Node's own is ten times as fast as JavaScript. A browser has none. */
const { Buffer: native } = globalThis as { readonly Buffer?: { from(text: string, encoding: 'hex'): Uint8Array } };

function digitsOf(text: string): Uint8Array {
  if (native === undefined) return hexToBytes(text);
  const { buffer, byteOffset, length } = native.from(text, 'hex');
  return new Uint8Array(buffer, byteOffset, length);
}

export { bytesToHex, concatBytes, utf8ToBytes };

/** Bytes, or a member of JSON, that cannot be what they should be. */
export class NotBytes extends Error {}
