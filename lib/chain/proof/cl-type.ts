import { NotBytes } from './bytes.ts';
import type { Reader } from './reader.ts';

/** A CLType as nodes write it in JSON. */
export type ClType =
  | string
  | { readonly [name: string]: ClType | number | readonly ClType[] | { readonly [member: string]: ClType } };

/** By their tags (casper-types 6.0, CLType). */
const simple: Readonly<Record<number, string>> = {
  0: 'Bool',
  1: 'I32',
  2: 'I64',
  3: 'U8',
  4: 'U32',
  5: 'U64',
  6: 'U128',
  7: 'U256',
  8: 'U512',
  9: 'Unit',
  10: 'String',
  11: 'Key',
  12: 'URef',
  21: 'Any',
  22: 'PublicKey',
};

/** The depth that casper-types allows. */
const deepest = 50;

/** Throws NotBytes for a type that is not known. */
export function readClType(reader: Reader, depth = 0): ClType {
  if (depth >= deepest) throw new NotBytes('a type that is too deep');
  const inner = () => readClType(reader, depth + 1);
  const tag = reader.u8();
  const name = simple[tag];
  if (name !== undefined) return name;
  switch (tag) {
    case 13:
      return { Option: inner() };
    case 14:
      return { List: inner() };
    case 15:
      return { ByteArray: reader.u32() };
    case 16:
      return { Result: { ok: inner(), err: inner() } };
    case 17:
      return { Map: { key: inner(), value: inner() } };
    case 18:
      return { Tuple1: [inner()] };
    case 19:
      return { Tuple2: [inner(), inner()] };
    case 20:
      return { Tuple3: [inner(), inner(), inner()] };
    default:
      throw new NotBytes(`a type of the tag ${tag}`);
  }
}
