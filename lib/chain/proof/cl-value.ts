import type { ClData } from '../../domain/pinned-state.ts';
import { hex, NotBytes } from './bytes.ts';
import type { ClType } from './cl-type.ts';
import { Reader } from './reader.ts';
import { publicKeyIn, readKey, readUref } from './trie-key.ts';

const signed =
  (bits: number) =>
  (reader: Reader): string =>
    String(BigInt.asIntN(bits, bits === 32 ? BigInt(reader.u32()) : reader.u64()));
const unsigned = (reader: Reader): string => String(reader.big());

const simple: Readonly<Record<string, (reader: Reader) => ClData>> = {
  Bool: (reader) => reader.bool(),
  I32: signed(32),
  I64: signed(64),
  U8: (reader) => String(reader.u8()),
  U32: (reader) => String(reader.u32()),
  U64: (reader) => String(reader.u64()),
  U128: unsigned,
  U256: unsigned,
  U512: unsigned,
  Unit: () => null,
  String: (reader) => reader.text(),
  Key: readKey,
  URef: readUref,
  PublicKey: publicKeyIn,
};

/**
 * A CLValue's bytes (hex) by its type, as `clValueDecoder` decodes them: what verifies an answer in a browser does not load a megabyte for
 * it. As there, bytes that are left over are none of its. Throws NotBytes where they are not of this type, and for types that nothing here reads.
 */
export function clValueOf(type: unknown, bytes: string): ClData {
  const reader = new Reader(hex(bytes));
  const value = read(type as ClType, reader);
  return value;
}

function read(type: ClType, reader: Reader): ClData {
  if (typeof type === 'string') {
    const readSimple = simple[type];
    if (readSimple === undefined) throw new NotBytes(`a value of the type ${type}`);
    return readSimple(reader);
  }
  const { Option: option, List: list, ByteArray: length, Map: map } = type as CompoundType;
  if (option !== undefined) return reader.option(() => read(option, reader));
  if (list !== undefined) return reader.vector(() => read(list, reader));
  if (length !== undefined) return reader.hex(length);
  if (map !== undefined) return reader.vector(() => [read(map.key, reader), read(map.value, reader)]);
  throw new NotBytes(`a value of the type ${Object.keys(type)[0]}`);
}

interface CompoundType {
  readonly Option?: ClType;
  readonly List?: ClType;
  readonly ByteArray?: number;
  readonly Map?: { readonly key: ClType; readonly value: ClType };
}
