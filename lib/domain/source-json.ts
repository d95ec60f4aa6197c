/** Called for each member; of a primitive, `source` is the text that it was written as. */
type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

interface RawJsonValue {
  readonly rawJSON: string;
}

/** Node 24 has this, TypeScript's libraries do not describe it yet (ECMA-262, "JSON.parse source text access"). */
const json = JSON as unknown as {
  parse(text: string, reviver: Reviver): unknown;
  rawJSON(text: string): unknown;
  isRawJSON(value: unknown): value is RawJsonValue;
};

/** JSON.parse with a reviver that sees the text of each primitive, so that no digit of a number is lost. */
export const parseWithSource = (text: string, reviver: Reviver): unknown => json.parse(text, reviver);

/** A value that JSON.stringify writes as exactly this text. */
export const rawJson = (text: string): unknown => json.rawJSON(text);

/** True for a value of `rawJson` alone, and not for an object that was sent with a member of the same name. */
export const isRawJson = (value: unknown): value is RawJsonValue => json.isRawJSON(value);
