/** Told of a primitive: the text it was written as. */
type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** What Node 24 has and TypeScript's libraries do not describe yet (ECMA-262, "JSON.parse source text access"). */
const json = JSON as unknown as {
  parse(text: string, reviver: Reviver): unknown;
  rawJSON(text: string): unknown;
};

/** JSON.parse whose reviver sees each primitive's own text: no digit of a number is lost. */
export const parseWithSource = (text: string, reviver: Reviver): unknown => json.parse(text, reviver);

/** A value that JSON.stringify writes as this very text. */
export const rawJson = (text: string): unknown => json.rawJSON(text);
