import { NotBytes } from './bytes.ts';
import type { Reader } from './reader.ts';

/** A CLType as nodes write it in JSON. */
export type ClType =
  | string
  | { readonly [name: string]: ClType | number | readonly ClType[] | { readonly [member: string]: ClType } };

/** In the order of their tags (casper-types 6.0, CLType). */
export const clTypes = [
  'Bool',
  'I32',
  'I64',
  'U8',
  'U32',
  'U64',
  'U128',
  'U256',
  'U512',
  'Unit',
  'String',
  'Key',
  'URef',
  'Option',
  'List',
  'ByteArray',
  'Result',
  'Map',
  'Tuple1',
  'Tuple2',
  'Tuple3',
  'Any',
  'PublicKey',
];

/** The depth that casper-types allows. */
export const deepestClType = 50;

/** Throws NotBytes for a type that is not known. */
export function readClType(reader: Reader, depth = 0): ClType {
  if (depth >= deepestClType) throw new NotBytes('a type that is too deep');
  const inner = () => readClType(reader, depth + 1);
  const tag = reader.u8();
  const name = clTypes[tag];
  if (name === undefined) throw new NotBytes(`a type of the tag ${tag}`);
  switch (name) {
    case 'Option':
      return { Option: inner() };
    case 'List':
      return { List: inner() };
    case 'ByteArray':
      return { ByteArray: reader.u32() };
    case 'Result':
      return { Result: { ok: inner(), err: inner() } };
    case 'Map':
      return { Map: { key: inner(), value: inner() } };
    case 'Tuple1':
      return { Tuple1: [inner()] };
    case 'Tuple2':
      return { Tuple2: [inner(), inner()] };
    case 'Tuple3':
      return { Tuple3: [inner(), inner(), inner()] };
    default:
      return name;
  }
}
