import { NotBytes } from './bytes.ts';
import { clTypes, deepestClType } from './cl-type.ts';
import { fieldsOf, type JsonWriter, UnknownForm, variantOf } from './json-writer.ts';

/** A CLType as nodes write it in JSON. */
export function writeClType(writer: JsonWriter, json: unknown, depth = 0): void {
  if (depth >= deepestClType) throw new NotBytes('a type that is too deep');
  const [name, inner] = variantOf(json);
  const tag = clTypes.indexOf(name);
  if (tag < 0) throw new UnknownForm(`a type ${name.slice(0, 40)}`);
  const write = (type: unknown): void => writeClType(writer, type, depth + 1);
  writer.u8(tag);
  if (name === 'Option' || name === 'List') write(inner);
  else if (name === 'ByteArray') writer.number32(inner);
  else if (name === 'Result') {
    const { ok, err } = fieldsOf(inner, ['ok', 'err']);
    write(ok);
    write(err);
  } else if (name === 'Map') {
    const { key, value } = fieldsOf(inner, ['key', 'value']);
    write(key);
    write(value);
  } else if (name.startsWith('Tuple')) writer.fixed(inner, Number(name.slice(5)), write);
  else if (inner !== undefined) throw new NotBytes('a simple type that has others in it');
}

/** Its `parsed` is no part of it. */
export function writeClValue(writer: JsonWriter, json: unknown): void {
  const { bytes, cl_type: type } = fieldsOf(json, ['bytes', 'cl_type'], 'parsed');
  writer.longHex(bytes);
  writeClType(writer, type);
}
