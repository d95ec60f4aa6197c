/** Serialises from front to back, into one buffer that grows. The counterpart of `Reader`. */
export class Writer {
  #buffer = new Uint8Array(4096);
  #view = new DataView(this.#buffer.buffer);
  #at = 0;

  written(): Uint8Array {
    return this.#buffer.subarray(0, this.#at);
  }

  bytes(bytes: Uint8Array): void {
    const at = this.#reserve(bytes.length);
    this.#buffer.set(bytes, at);
  }

  u8(value: number): void {
    const at = this.#reserve(1);
    this.#buffer[at] = value;
  }

  u16(value: number): void {
    const at = this.#reserve(2);
    this.#view.setUint16(at, value, true);
  }

  u32(value: number): void {
    const at = this.#reserve(4);
    this.#view.setUint32(at, value, true);
  }

  i32(value: number): void {
    const at = this.#reserve(4);
    this.#view.setInt32(at, value, true);
  }

  u64(value: bigint): void {
    const at = this.#reserve(8);
    this.#view.setBigUint64(at, value, true);
  }

  /** How many bytes, then these. */
  long(bytes: Uint8Array): void {
    this.u32(bytes.length);
    this.bytes(bytes);
  }

  text(text: string): void {
    this.long(encoder.encode(text));
  }

  vector<Item>(items: readonly Item[], write: (item: Item) => void): void {
    this.u32(items.length);
    for (const item of items) write(item);
  }

  option<Value>(value: Value | null, write: (value: Value) => void): void {
    this.u8(value === null ? 0 : 1);
    if (value !== null) write(value);
  }

  #reserve(count: number): number {
    const begin = this.#at;
    this.#at += count;
    if (this.#at > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(this.#at, 2 * this.#buffer.length));
      grown.set(this.#buffer);
      this.#buffer = grown;
      this.#view = new DataView(grown.buffer);
    }
    return begin;
  }
}

const encoder = new TextEncoder();
