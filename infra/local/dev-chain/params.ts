import { invalidParams, type JsonRpcError, unparsableParams } from './rpc-error.ts';

export type Params = Readonly<Record<string, unknown>>;

/** Reads a method's parameters. Like a 2.0 sidecar: unknown members are refused; `null` and `[]` mean no parameters. */
export function readParams(raw: unknown, required: readonly string[], optional: readonly string[] = []): Params {
  const fields = [...required, ...optional];
  if (isNone(raw)) {
    if (required.length > 0) throw invalidParams("Missing 'params' field");
    return {};
  }
  if (fields.length === 0) throw invalidParams("'params' field should be an empty Array '[]' or omitted");
  if (!isObject(raw))
    throw unparsableParams(
      `invalid length ${(raw as unknown[]).length}, expected struct with ${fields.length} elements`,
    );
  const unknown = Object.keys(raw).find((name) => !fields.includes(name));
  if (unknown !== undefined) throw unparsableParams(`unknown field \`${unknown}\`, expected ${oneOf(fields)}`);
  const missing = required.find((name) => raw[name] === undefined);
  if (missing !== undefined) throw unparsableParams(`missing field \`${missing}\``);
  return raw;
}

/** Reads an externally tagged value such as `{"Height": 5}`: the tag, which must be one of `tags`, and the inner value. */
export function readTagged<T extends string>(value: unknown, tags: readonly T[]): { tag: T; inner: unknown } {
  const [name, inner] =
    typeof value === 'string' ? [value, undefined] : isObject(value) ? (Object.entries(value)[0] ?? []) : [];
  const tag = tags.find((known) => known === name);
  if (name === undefined) throw unparsableParams('invalid type, expected an enum');
  if (tag === undefined) throw unparsableParams(`unknown variant \`${name}\`, expected ${oneOf(tags)}`);
  return { tag, inner };
}

export function readText(value: unknown): string {
  if (typeof value !== 'string') throw unparsableParams(`invalid type: ${describe(value)}, expected a string`);
  return value;
}

export function readU64(value: unknown): number {
  if (typeof value !== 'number') throw unparsableParams(`invalid type: ${describe(value)}, expected u64`);
  if (!Number.isInteger(value)) throw unparsableParams(`invalid type: floating point \`${value}\`, expected u64`);
  if (value < 0) throw unparsableParams(`invalid value: integer \`${value}\`, expected u64`);
  return value;
}

/** 32 bytes in hex, as block, state root and transaction hashes are. */
export function readDigest(value: unknown): string {
  const text = readText(value);
  const why = hexProblem(text, 64);
  if (why !== undefined) throw unparsableParams(why);
  return text.toLowerCase();
}

/** The node's error text for a text that is not hex of this length; `undefined` if it is. */
export function hexProblem(text: string, length: number): string | undefined {
  if (text.length % 2 !== 0) return `Base16 data cannot have length ${text.length} (must be even).`;
  const at = [...text].findIndex((char) => !/[0-9a-f]/i.test(char));
  if (at >= 0) return `Invalid byte \`b'${text[at]}'\`, at index ${at}.`;
  return text.length === length ? undefined : 'could not convert slice to array';
}

/** The node's error for a parameter that must be a list. */
export function unparsableSequence(value: unknown): JsonRpcError {
  return unparsableParams(`invalid type: ${describe(value)}, expected a sequence`);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNone(raw: unknown): boolean {
  return raw === undefined || raw === null || (Array.isArray(raw) && raw.length === 0);
}

function oneOf(names: readonly string[]): string {
  const quoted = names.map((name) => `\`${name}\``);
  return quoted.length > 2 ? `one of ${quoted.join(', ')}` : quoted.join(' or ');
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return `string ${JSON.stringify(value)}`;
  if (typeof value === 'boolean') return `boolean \`${value}\``;
  if (typeof value === 'number') return `integer \`${value}\``;
  return Array.isArray(value) ? 'sequence' : 'map';
}
