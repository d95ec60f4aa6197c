import { big, hex, NotBytes } from './bytes.ts';

/** Members of JSON that are serialised. Each function throws NotBytes where the member is not the one spelling that it has. */

type Members = Readonly<Record<string, unknown>>;

export function members(value: unknown, what: string): Members {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members;
  throw new NotBytes(`not ${what}`);
}

export function none(others: Members): void {
  const [name] = Object.keys(others);
  if (name !== undefined) throw new NotBytes(`a member that is not known: ${name.slice(0, 40)}`);
}

export function listIn(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new NotBytes('not a list');
}

/** A member that is left out is no null: a node's answer always has it. */
export function present(value: unknown): unknown {
  if (value === undefined) throw new NotBytes('a member is missing');
  return value;
}

export const digestBytes = (value: unknown): Uint8Array => hex(lowerCase(value), 32);

export function publicKeyBytes(value: unknown): Uint8Array {
  const text = lowerCase(value);
  const length = { '00': 1, '01': 33, '02': 34 }[text.slice(0, 2)];
  if (length === undefined) throw new NotBytes('a public key of an algorithm that is not known');
  return hex(text, length);
}

export function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new NotBytes('not a text');
  return value;
}

export function lowerCase(value: unknown): string {
  const text = textOf(value);
  if (text !== text.toLowerCase()) throw new NotBytes('not in lower case');
  return text;
}

export function truth(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new NotBytes('not true or false');
  return value;
}

export function natural(value: unknown, most = Number.MAX_SAFE_INTEGER): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw new NotBytes('not a whole number, or too high');
}

export function amountBytes(value: unknown): Uint8Array {
  if (typeof value !== 'string' || !/^(?:0|[1-9]\d{0,154})$/.test(value)) throw new NotBytes('not an amount');
  return big(BigInt(value));
}

/** Nodes write milliseconds, in UTC. Another spelling of the same time would be another text with the same hash. */
export function milliseconds(value: unknown): bigint {
  const time = typeof value === 'string' ? new Date(value) : undefined;
  if (time === undefined || Number.isNaN(time.getTime()) || time.toISOString() !== value)
    throw new NotBytes('not a time in UTC, with milliseconds');
  return BigInt(time.getTime());
}

/** Without zeros in front: another spelling would look like another version, and has the same hash. */
export function threeOf(version: unknown): readonly number[] {
  const [, ...parts] =
    typeof version === 'string' ? (/^(0|[1-9]\d{0,9})\.(0|[1-9]\d{0,9})\.(0|[1-9]\d{0,9})$/.exec(version) ?? []) : [];
  if (parts.length !== 3) throw new NotBytes('not a protocol version');
  return parts.map((each) => natural(Number(each), 0xffff_ffff));
}
