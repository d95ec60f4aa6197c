import { hex, NotBytes } from './bytes.ts';
import { amountBytes, digestBytes, listIn, lowerCase, publicKeyBytes, textOf, threeOf, truth } from './members.ts';
import { Writer } from './writer.ts';

/** JSON with a kind, or a member, that is not known here: nothing can be said of what its bytes are. */
export class UnknownForm extends NotBytes {}

/**
 * Serialises members of JSON as nodes write them. Each method throws NotBytes where a member is missing or not in the one spelling that it
 * has, and UnknownForm for a kind that is not known.
 */
export class JsonWriter extends Writer {
  /** Bytes in hexadecimal, after how many they are. */
  longHex(value: unknown): void {
    this.long(hex(lowerCase(value)));
  }

  digest(value: unknown): void {
    this.bytes(digestBytes(value));
  }

  /** 32 bytes in hexadecimal, after a prefix. */
  address(value: unknown, prefix: string): void {
    const text = textOf(value);
    if (!text.startsWith(prefix)) throw new NotBytes(`an address without ${prefix}`);
    this.digest(text.slice(prefix.length));
  }

  /** `uref-<address>-<rights as three octal digits>` */
  uref(value: unknown): void {
    const [, address, rights] = /^uref-([0-9a-f]{64})-(0[0-7]{2})$/.exec(textOf(value)) ?? [];
    if (address === undefined || rights === undefined) throw new NotBytes('not a URef');
    this.bytes(hex(address));
    this.u8(Number.parseInt(rights, 8));
  }

  publicKey(value: unknown): void {
    this.bytes(publicKeyBytes(value));
  }

  string(value: unknown): void {
    const text = textOf(value);
    // Half of a surrogate pair would be written as another character.
    if (!text.isWellFormed()) throw new NotBytes('a text that cannot be written');
    this.text(text);
  }

  /** U128, U256 and U512 alike. */
  amount(value: unknown): void {
    this.bytes(amountBytes(value));
  }

  number8(value: unknown): void {
    this.u8(Number(integerOf(value, 8n)));
  }

  number32(value: unknown): void {
    this.u32(Number(integerOf(value, 32n)));
  }

  number64(value: unknown): void {
    this.u64(integerOf(value, 64n));
  }

  truth(value: unknown): void {
    this.u8(truth(value) ? 1 : 0);
  }

  list(value: unknown, write: (item: unknown) => void): void {
    this.vector(listIn(value), write);
  }

  /** So many, without how many they are. */
  fixed(value: unknown, count: number, write: (item: unknown) => void): void {
    if (!Array.isArray(value) || value.length !== count) throw new NotBytes(`not a list of ${count}`);
    for (const item of value) write(item);
  }

  /** A version of the protocol, as in `2.0.3`. */
  version(value: unknown): void {
    for (const number of threeOf(value)) this.u32(number);
  }
}

/** Beyond 2^53 it is a bigint. */
function integerOf(value: unknown, bits: bigint): bigint {
  const isInteger = typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value));
  const integer = isInteger ? BigInt(value) : -1n;
  if (integer < 0n || integer >> bits !== 0n) throw new NotBytes('not a whole number, or too high');
  return integer;
}

/** The value of each member. A further one would be believed without having been hashed. */
export function fieldsOf<Name extends string>(
  json: unknown,
  names: readonly Name[],
  optional?: string,
): Readonly<Record<Name, unknown>> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new NotBytes('not an object');
  const missing = names.find((name) => !(name in json));
  if (missing !== undefined) throw new NotBytes(`the member ${missing} is missing`);
  const further = Object.keys(json).find((name) => !names.includes(name as Name) && name !== optional);
  if (further !== undefined) throw new UnknownForm(`the member ${further.slice(0, 40)}`);
  return json as Readonly<Record<Name, unknown>>;
}

/** An externally tagged enum: `{"Write": …}`, or its bare name where it has no content. */
export function variantOf(json: unknown): readonly [name: string, body: unknown] {
  if (typeof json === 'string') return [json, undefined];
  const [entry, ...others] = typeof json === 'object' && json !== null ? Object.entries(json) : [];
  if (entry === undefined || others.length > 0) throw new NotBytes('not one of several kinds');
  return entry;
}
