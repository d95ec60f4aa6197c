import { blake2b256 } from '../../domain/account-id.ts';
import type { Shape } from './json-shape.ts';

/**
 * Whether the body of a Version2 block hashes to the `body_hash` of its header, that is, whether all its transactions were
 * sent. undefined where that cannot be said: the body has members that are not known here.
 *
 * The bytes are those of casper-types' bytesrepr: the lanes as a map from u8 to lists of tagged hashes, then the rewarded signatures as
 * lists of bytes. Held against every block of the recordings (casper-node 2.0.3).
 */
export function isWholeBody(body: Shape, bodyHash: unknown): boolean | undefined {
  const hash = typeof bodyHash === 'string' ? hashOfBody(body) : undefined;
  return hash === undefined ? undefined : hash === bodyHash;
}

/** The `body_hash` of a Version2 block's body; undefined where the body has members that are not known here. */
export function hashOfBody(body: Shape): string | undefined {
  const { transactions, rewarded_signatures: signatures, ...others } = body;
  if (Object.keys(others).length > 0 || !isListOfBytes(signatures)) return undefined;
  // Members that are integers come in ascending order (ECMA-262, OrdinaryOwnPropertyKeys), as in the map.
  const lanes = Object.entries(transactions as Readonly<Record<string, readonly object[]>>);
  const bytes = [
    u32(lanes.length),
    ...lanes.flatMap(([lane, hashes]) => [Buffer.from([Number(lane)]), listOf(hashes, transactionBytes)]),
    listOf(signatures, (signed) => Buffer.concat([u32(signed.length), Buffer.from(signed)])),
  ];
  return blake2b256(new Uint8Array(Buffer.concat(bytes)));
}

const isListOfBytes = (value: unknown): value is readonly (readonly number[])[] =>
  Array.isArray(value) && value.every((entry) => Array.isArray(entry) && entry.every(Number.isInteger));

function transactionBytes(tagged: object): Buffer {
  const [[kind, hash] = []] = Object.entries(tagged);
  return Buffer.concat([Buffer.from([kind === 'Deploy' ? 0 : 1]), Buffer.from(String(hash), 'hex')]);
}

const listOf = <T>(entries: readonly T[], bytesOf: (entry: T) => Buffer): Buffer =>
  Buffer.concat([u32(entries.length), ...entries.map(bytesOf)]);

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
