import { RpcFailure } from './errors.ts';

export type Shape = Readonly<Record<string, unknown>>;

/** The answer does not have the form that its method has: this node cannot be used for it, another node may. */
export function malformed(what: string): never {
  throw new RpcFailure('body', `an answer without ${what}`);
}

export function shape(value: unknown, what: string): Shape {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Shape) : malformed(what);
}

export function list(value: unknown, what: string): readonly unknown[] {
  return Array.isArray(value) ? value : malformed(what);
}

export function text(value: unknown, what: string): string {
  return typeof value === 'string' ? value : malformed(what);
}

export function integer(value: unknown, what: string): number {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : malformed(what);
}

/** ISO 8601. A text that is not a time could not be compared with any other time. */
export function instant(value: unknown, what: string): string {
  const time = text(value, what);
  return Number.isNaN(Date.parse(time)) ? malformed(what) : time;
}

/** An amount as a decimal string. Some fields hold it as an integer. */
export function digits(value: unknown, what: string): string {
  const exact =
    typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'bigint' ? String(value) : '';
  return /^\d+$/.test(exact) ? exact : malformed(what);
}

/** The variant of an externally tagged enum: `{"Version2": {...}}`. */
export function variant(value: unknown, what: string): readonly [name: string, body: unknown] {
  const entry = Object.entries(shape(value, what))[0];
  return entry ?? malformed(what);
}
