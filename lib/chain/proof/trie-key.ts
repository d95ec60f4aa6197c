import { concatBytes, hex, NotBytes, u8 } from './bytes.ts';
import { eraTag, hashKeyTags, longKeyTags, urefTag } from './key-tags.ts';
import type { Reader } from './reader.ts';

/** The key as the trie of the global state has it. Rights are no part of where a URef is kept. Throws NotBytes for a key of another kind. */
export function trieKey(key: string): Uint8Array {
  const [, address] = /^uref-([0-9a-f]{64})(?:-\d{3})?$/.exec(key) ?? [];
  if (address !== undefined) return concatBytes(u8(urefTag), hex(address, 32), u8(0));
  const [, prefix, digits] = /^([a-z-]+-)([0-9a-f]+)$/.exec(key) ?? [];
  const hashTag = hashKeyTags[prefix as keyof typeof hashKeyTags];
  const tag = hashTag ?? longKeyTags[prefix as keyof typeof longKeyTags];
  if (digits === undefined || tag === undefined)
    throw new NotBytes(`a key of a kind that is not known: ${key.slice(0, 40)}`);
  return concatBytes(u8(tag), hex(digits, hashTag === undefined ? undefined : 32));
}

/** A key within a value, as nodes write it. Throws NotBytes for a key of another kind. */
export function readKey(reader: Reader): string {
  const tag = reader.u8();
  if (tag === urefTag) return readUref(reader);
  if (tag === eraTag) return `era-${reader.u64()}`;
  const [prefix] = Object.entries(hashKeyTags).find(([, known]) => known === tag) ?? [];
  if (prefix === undefined) throw new NotBytes(`a key of the kind ${tag}, which is not known`);
  return `${prefix}${reader.hex(32)}`;
}

/** `uref-<address>-<rights as three octal digits>` */
export const readUref = (reader: Reader): string => {
  const address = reader.hex(32);
  return `uref-${address}-${reader.u8().toString(8).padStart(3, '0')}`;
};

/** A public key in hex, with the byte of its algorithm: the system's has no more. */
export function publicKeyIn(reader: Reader): string {
  const algorithm = reader.u8();
  const length = [0, 32, 33][algorithm];
  if (length === undefined) throw new NotBytes(`a public key of the algorithm ${algorithm}`);
  return `0${algorithm}${reader.hex(length)}`;
}
