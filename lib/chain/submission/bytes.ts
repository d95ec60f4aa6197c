import { u8, u32 } from '../proof/bytes.ts';

/** More of what Casper hashes: what has any length, options, and the envelope of 2.x. */

export const sized = (bytes: Uint8Array): Buffer => Buffer.concat([u32(bytes.length), bytes]);

export const utf8 = (text: string): Buffer => sized(Buffer.from(text));

export const option = (bytes: Uint8Array | undefined): Uint8Array =>
  bytes === undefined ? u8(0) : Buffer.concat([u8(1), bytes]);

/** The envelope in which 2.x puts the fields of a struct: how many, the index and offset of each, the length of all. */
export function callTable(...fields: readonly Uint8Array[]): Buffer {
  let offset = 0;
  const table = fields.map((field, index) => {
    const entry = Buffer.alloc(6);
    entry.writeUInt16LE(index);
    entry.writeUInt32LE(offset, 2);
    offset += field.length;
    return entry;
  });
  return Buffer.concat([u32(fields.length), ...table, u32(offset), ...fields]);
}
