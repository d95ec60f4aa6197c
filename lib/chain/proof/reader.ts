import { bytesToHex, NotBytes } from './bytes.ts';

/** Reads serialised bytes from front to back. Each method throws NotBytes where too few are left, or where they are not canonical. */
export class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get at(): number {
    return this.#at;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  bytes(count: number): Uint8Array {
    if (count > this.left) throw new NotBytes(`${this.left} bytes are left of ${count}`);
    const begin = this.#at;
    this.#at += count;
    return this.#bytes.subarray(begin, this.#at);
  }

  hex(count: number): string {
    return bytesToHex(this.bytes(count));
  }

  u8(): number {
    return this.bytes(1)[0] as number;
  }

  u32(): number {
    this.bytes(4);
    return this.#view.getUint32(this.#at - 4, true);
  }

  u64(): bigint {
    this.bytes(8);
    return this.#view.getBigUint64(this.#at - 8, true);
  }

  /** U128, U256 and U512 alike. */
  big(): bigint {
    const bytes = this.bytes(this.u8());
    if (bytes.length > 64 || bytes.at(-1) === 0) throw new NotBytes('a number with leading zeros, or of over 512 bits');
    return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
  }

  bool(): boolean {
    const value = this.u8();
    if (value > 1) throw new NotBytes('a byte that is neither true nor false');
    return value === 1;
  }

  text(): string {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.bytes(this.u32()));
  }

  option<Value>(read: () => Value): Value | null {
    return this.bool() ? read() : null;
  }

  vector<Item>(read: () => Item): Item[] {
    const count = this.u32();
    // Each item has a byte at least: a length that lies ends at once.
    if (count > this.left) throw new NotBytes(`${count} items in ${this.left} bytes`);
    return Array.from({ length: count }, read);
  }

  end(): void {
    if (this.left > 0) throw new NotBytes(`${this.left} bytes too many`);
  }
}
