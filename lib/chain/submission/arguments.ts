import { u8, u32 } from '../proof/bytes.ts';
import { sized, utf8 } from './bytes.ts';
import type { Field } from './field.ts';

const simple: ReadonlyMap<string, number> = new Map([
  ...['Bool', 'I32', 'I64', 'U8', 'U32', 'U64', 'U128', 'U256', 'U512', 'Unit', 'String', 'Key', 'URef'].map(
    (name, tag) => [name, tag] as const,
  ),
  ['Any', 21],
  ['PublicKey', 22],
]);

/** The types that are made of others, with their tag and what follows it. */
const composed: Readonly<Record<string, (content: Field) => Buffer>> = {
  Option: (content) => Buffer.concat([u8(13), typeBytes(content)]),
  List: (content) => Buffer.concat([u8(14), typeBytes(content)]),
  ByteArray: (content) => Buffer.concat([u8(15), u32(content.unsigned(32))]),
  Result: (content) => Buffer.concat([u8(16), typeBytes(content.member('ok')), typeBytes(content.member('err'))]),
  Map: (content) => Buffer.concat([u8(17), typeBytes(content.member('key')), typeBytes(content.member('value'))]),
  Tuple1: (content) => Buffer.concat([u8(18), ...content.tuple(1).map(typeBytes)]),
  Tuple2: (content) => Buffer.concat([u8(19), ...content.tuple(2).map(typeBytes)]),
  Tuple3: (content) => Buffer.concat([u8(20), ...content.tuple(3).map(typeBytes)]),
};
const types = [...simple.keys(), ...Object.keys(composed)];

function typeBytes(type: Field): Uint8Array {
  const [name, content] = type.variant(types);
  const tag = simple.get(name);
  return tag === undefined ? (composed[name] as (content: Field) => Uint8Array)(content) : u8(tag);
}

/** Named arguments: pairs of a name and a CLValue, whose bytes go in as they are. `parsed` is only for people to read. */
export function argumentBytes(args: Field): Buffer {
  const entries = args.list().flatMap((entry) => {
    const [name, value] = entry.tuple(2) as readonly [Field, Field];
    return [utf8(name.text()), sized(value.member('bytes').bytes()), typeBytes(value.member('cl_type'))];
  });
  return Buffer.concat([u32(entries.length / 3), ...entries]);
}
