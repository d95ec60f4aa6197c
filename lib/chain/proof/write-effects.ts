import { NotBytes } from './bytes.ts';
import { fieldsOf, type JsonWriter, UnknownForm, variantOf } from './json-writer.ts';
import { writeBidKind } from './write-bid-kind.ts';
import { writeClValue } from './write-cl-type.ts';
import { writeAccount, writeContract, writeContractPackage, writeNamedKeys } from './write-contract.ts';
import { writeKey } from './write-key.ts';

type Write = (writer: JsonWriter, json: unknown) => void;

/** By their tags (casper-types 6.0, TransformKindV2). */
const transforms: Readonly<Record<string, readonly [tag: number, write: Write]>> = {
  Identity: [0, (_writer, body) => nothing(body)],
  Write: [1, writeStoredValue],
  AddInt32: [2, (writer, value) => writer.i32(i32(value))],
  AddUInt64: [3, (writer, value) => writer.number64(value)],
  AddUInt128: [4, (writer, value) => writer.amount(value)],
  AddUInt256: [5, (writer, value) => writer.amount(value)],
  AddUInt512: [6, (writer, value) => writer.amount(value)],
  AddKeys: [7, writeNamedKeys],
  Failure: [8, writeFailure],
  Prune: [9, writeKey],
};

/** What an execution did to the state, in order, as nodes write it in JSON. */
export function writeEffects(writer: JsonWriter, json: unknown): void {
  writer.list(json, (entry) => {
    const { key, kind } = fieldsOf(entry, ['key', 'kind']);
    writeKey(writer, key);
    writeTagged(writer, kind, transforms);
  });
}

/**
 * By their tags (casper-types 6.0, StoredValue), those that a transaction can write where addressable entities are off. Transfer, DeployInfo, Bid,
 * Withdraw and Unbonding are of 1.x, EraInfo is written at the end of an era.
 */
const storedValues: Readonly<Record<string, readonly [tag: number, write: Write]>> = {
  CLValue: [0, writeClValue],
  Account: [1, writeAccount],
  ContractWasm: [2, (writer, json) => writer.longHex(fieldsOf(json, ['bytes']).bytes)],
  Contract: [3, writeContract],
  ContractPackage: [4, writeContractPackage],
  BidKind: [11, writeBidKind],
  MessageTopic: [15, writeMessageTopic],
  Message: [16, (writer, json) => writer.address(json, 'message-checksum-')],
  RawBytes: [20, (writer, json) => writer.longHex(json)],
};

export function writeStoredValue(writer: JsonWriter, json: unknown): void {
  writeTagged(writer, json, storedValues);
}

function writeTagged(
  writer: JsonWriter,
  json: unknown,
  kinds: Readonly<Record<string, readonly [tag: number, write: Write]>>,
): void {
  const [name, body] = variantOf(json);
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  if (kind === undefined) throw new UnknownForm(`an effect of the kind ${name.slice(0, 40)}`);
  writer.u8(kind[0]);
  kind[1](writer, body);
}

function writeMessageTopic(writer: JsonWriter, json: unknown): void {
  const { message_count, blocktime, topic_name } = fieldsOf(json, ['message_count', 'blocktime', 'topic_name']);
  writer.number32(message_count);
  writer.number64(blocktime);
  writer.string(topic_name);
}

/** In the order of their codes (casper-types 6.0, bytesrepr::Error). */
const errors = [
  'EarlyEndOfStream',
  'Formatting',
  'LeftOverBytes',
  'OutOfMemory',
  'NotRepresentable',
  'ExceededRecursionDepth',
];

function writeFailure(writer: JsonWriter, json: unknown): void {
  const [name, body] = variantOf(json);
  const tag = ['Serialization', 'TypeMismatch', 'Deprecated'].indexOf(name);
  if (tag < 0) throw new UnknownForm(`a failure ${name.slice(0, 40)}`);
  writer.u8(tag);
  if (name === 'Serialization') {
    const code = errors.indexOf(variantOf(body)[0]);
    if (code < 0) throw new UnknownForm('a failure to serialise');
    writer.u8(code);
  } else if (name === 'TypeMismatch') {
    const { expected, found } = fieldsOf(body, ['expected', 'found']);
    writer.string(expected);
    writer.string(found);
  } else nothing(body);
}

function nothing(body: unknown): void {
  if (body !== undefined) throw new NotBytes('a kind that has something in it');
}

function i32(value: unknown): number {
  if (typeof value !== 'number' || (value | 0) !== value) throw new NotBytes('not a number of 32 bits');
  return value;
}
