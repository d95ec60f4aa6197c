import type { FieldError } from '../../domain/errors.ts';
import { integerIn } from '../../domain/exact-json.ts';

/** A value has a form that no node reads. */
export class FieldFault extends Error {
  override readonly name = 'FieldFault';
  readonly field: FieldError;

  constructor(field: FieldError) {
    super(`${field.path}: ${field.message}`);
    this.field = field;
  }
}

/**
 * A value of `parseExactly` at its path, read as a node's reader reads it: members that are not known are passed over. Every
 * method throws FieldFault where the value has another form.
 */
export class Field {
  readonly path: string;
  readonly value: unknown;

  constructor(path: string, value: unknown) {
    this.path = path;
    this.value = value;
  }

  names(): readonly string[] {
    return Object.keys(this.object());
  }

  member(name: string): Field {
    return this.optional(name) ?? this.at(name, undefined).fault('is required');
  }

  /** undefined where the member is null or missing. */
  optional(name: string): Field | undefined {
    const object = this.object();
    const value = Object.hasOwn(object, name) ? object[name] : undefined;
    return value === undefined || value === null ? undefined : this.at(name, value);
  }

  list(): readonly Field[] {
    if (!Array.isArray(this.value)) return this.fault('must be a list');
    return this.value.map((entry: unknown, index) => this.at(String(index), entry));
  }

  /** A list of so many entries. */
  tuple(length: number): readonly Field[] {
    const entries = this.list();
    return entries.length === length ? entries : this.fault(`must be a list of ${length}`);
  }

  /** An enum: its name as a string, or an object whose one member has that name. */
  variant(known: readonly string[]): readonly [name: string, content: Field] {
    const [name = '', ...others] = typeof this.value === 'string' ? [this.value] : this.names();
    if (others.length > 0 || !known.includes(name)) return this.fault(`must be one of ${known.join(', ')}`);
    return [name, typeof this.value === 'string' ? this.at(name, null) : this.at(name, this.object()[name])];
  }

  /** Half of a surrogate pair has no UTF-8: nodes refuse it. */
  text(): string {
    if (typeof this.value !== 'string') return this.fault('must be a string');
    return this.value.isWellFormed() ? this.value : this.fault('has half of a surrogate pair');
  }

  flag(): boolean {
    return typeof this.value === 'boolean' ? this.value : this.fault('must be true or false');
  }

  unsigned(bits: 8 | 32 | 64): bigint {
    const integer = integerIn(this.value);
    const isRead = integer !== undefined && integer >= 0n && integer < 1n << BigInt(bits);
    return isRead ? integer : this.fault(`must be an integer from 0 to 2^${bits} - 1`);
  }

  /** The bytes of hexadecimal digits; `length` in bytes, where it is fixed. */
  bytes(length?: number): Buffer {
    const digits = this.text();
    const isHex = digits.length % 2 === 0 && /^[0-9a-f]*$/i.test(digits);
    if (isHex && (length === undefined || digits.length === 2 * length)) return Buffer.from(digits, 'hex');
    return this.fault(length === undefined ? 'must be bytes in hex' : `must be ${2 * length} hexadecimal digits`);
  }

  fault(message: string): never {
    throw new FieldFault({ path: this.path, message });
  }

  private object(): Readonly<Record<string, unknown>> {
    const { value } = this;
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Readonly<Record<string, unknown>>) : this.fault('must be an object');
  }

  private at(name: string, value: unknown): Field {
    return new Field(this.path === '' ? name : `${this.path}.${name}`, value);
  }
}
