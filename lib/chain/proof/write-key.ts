import { hex, NotBytes } from './bytes.ts';
import { type JsonWriter, UnknownForm } from './json-writer.ts';
import { eraTag, hashKeyTags, longKeyTags, urefTag } from './key-tags.ts';
import { lowerCase, textOf } from './members.ts';

/** By their prefixes, the longest first: the tag (casper-types 6.0, KeyTag), and what follows it. */
const forms: readonly (readonly [prefix: string, tag: number, write: (writer: JsonWriter, rest: string) => void])[] = (
  [
    ...Object.entries(hashKeyTags).map(([prefix, tag]) => [prefix, tag, hash] as const),
    ['era-', eraTag, era],
    ['balance-hold-', longKeyTags['balance-hold-'], balanceHold],
    ['bid-addr-', longKeyTags['bid-addr-'], bid],
    ['package-', 16, hash],
    ['entity-', 17, entity],
    ['byte-code-', 18, byteCode],
    ['message-', 19, message],
    ['named-key-', 20, entityAndHash],
    ['block-time-', 21, blockGlobal(0)],
    ['block-message-count-', 21, blockGlobal(1)],
    ['block-protocol-version-', 21, blockGlobal(2)],
    ['block-addressable-entity-', 21, blockGlobal(3)],
    [
      'entry-point-v1-',
      23,
      (writer, rest) => {
        writer.u8(0);
        entityAndHash(writer, rest);
      },
    ],
    ['state-entity-', 24, entity],
    ['rewards-handling-', 25, hash],
  ] satisfies (readonly [string, number, (writer: JsonWriter, rest: string) => void])[]
).sort(([a], [b]) => b.length - a.length);

/** A key as nodes write it in JSON. A URef has its rights here, unlike where it is kept in the trie. */
export function writeKey(writer: JsonWriter, value: unknown): void {
  const key = textOf(value);
  if (key.startsWith('uref-')) {
    writer.u8(urefTag);
    writer.uref(key);
    return;
  }
  const form = forms.find(([prefix]) => key.startsWith(prefix));
  if (form === undefined) throw new UnknownForm(`a key ${key.slice(0, 40)}`);
  const [prefix, tag, write] = form;
  writer.u8(tag);
  write(writer, key.slice(prefix.length));
}

function hash(writer: JsonWriter, rest: string): void {
  writer.digest(rest);
}

function era(writer: JsonWriter, rest: string): void {
  if (!/^(?:0|[1-9]\d{0,18})$/.test(rest)) bad('an era');
  writer.u64(BigInt(rest));
}

/** By its tag: how many bytes follow the hash of the validator. Of any other length, bytes of the next effect could be taken for the key's. */
const afterValidator: Readonly<Record<string, number>> = { '00': 0, '01': 0, '04': 8, '09': 0 };

function bid(writer: JsonWriter, rest: string): void {
  const tag = rest.slice(0, 2);
  if (!/^0\d$/.test(tag)) throw new UnknownForm(`a bid's key ${tag}`);
  writer.bytes(hex(lowerCase(rest), 33 + (afterValidator[tag] ?? 32)));
}

/** Of the kind (gas, or a payment in work), the purse and the time of the block. */
function balanceHold(writer: JsonWriter, rest: string): void {
  if (!/^0[01]/.test(rest)) throw new UnknownForm(`a hold ${rest.slice(0, 2)}`);
  writer.bytes(hex(lowerCase(rest), 1 + 32 + 8));
}

/** `system-`, `account-` or `contract-`, and a hash. */
function entity(writer: JsonWriter, rest: string): void {
  const at = rest.indexOf('-') + 1;
  const tag = ['system-', 'account-', 'contract-'].indexOf(rest.slice(0, at));
  if (tag < 0) throw new UnknownForm(`an entity ${rest.slice(0, 20)}`);
  writer.u8(tag);
  writer.digest(rest.slice(at));
}

function entityAndHash(writer: JsonWriter, rest: string): void {
  const at = rest.lastIndexOf('-');
  entity(writer, rest.slice(0, at).replace(/^entity-/, ''));
  writer.digest(rest.slice(at + 1));
}

function byteCode(writer: JsonWriter, rest: string): void {
  const at = rest.lastIndexOf('-') + 1;
  const tag = ['empty-', 'v1-wasm-', 'v2-wasm-'].indexOf(rest.slice(0, at));
  if (tag < 0) throw new UnknownForm(`byte code ${rest.slice(0, 20)}`);
  writer.u8(tag);
  if (tag > 0) writer.digest(rest.slice(at));
  else if (rest.slice(at) !== '0'.repeat(64)) bad('byte code');
}

/** `topic-<entity>-<topic's hash>`, or `<entity>-<topic's hash>-<index in hexadecimal>`. */
function message(writer: JsonWriter, rest: string): void {
  const [, topic, of, address, name, index] =
    /^(topic-)?entity-([a-z]+-)([0-9a-f]{64})-([0-9a-f]{64})(?:-(0|[1-9a-f][0-9a-f]{0,7}))?$/.exec(rest) ?? [];
  if (of === undefined || (topic === undefined) === (index === undefined)) bad('a message');
  entity(writer, `${of}${address}`);
  writer.digest(name);
  writer.option(index ?? null, (digits) => writer.u32(Number.parseInt(digits, 16)));
}

function blockGlobal(variant: number) {
  return (writer: JsonWriter, rest: string): void => {
    if (rest !== '0'.repeat(62)) bad('a key of the block');
    writer.u8(variant);
    writer.bytes(new Uint8Array(31));
  };
}

function bad(what: string): never {
  throw new NotBytes(`not ${what}`);
}
