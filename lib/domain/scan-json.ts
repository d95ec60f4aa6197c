/** A member of an object, with its value exactly as it is written. */
export interface RawMember {
  readonly name: string;
  readonly text: string;
}

export interface Scanned {
  /** How deep objects and arrays are nested. */
  readonly depth: number;
  /** A name that one object has twice: two readers of it may see two values. */
  readonly repeated: string | undefined;
  /** Of the outermost object, in the order of the text. */
  readonly members: readonly RawMember[];
}

/** Strings in one piece, so that nothing in them counts; then punctuation, then all other values. */
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/gs;

/** Scans valid JSON in one pass, without recursion: depth costs no stack. */
export function scanJson(text: string): Scanned {
  const names: (Set<string> | undefined)[] = [];
  const members: RawMember[] = [];
  let depth = 0;
  let repeated: string | undefined;
  let last = '';
  let open: { readonly name: string; readonly from: number } | undefined;
  let end = 0;
  const close = (): void => {
    if (open !== undefined) members.push({ name: open.name, text: text.slice(open.from, end).trim() });
    open = undefined;
  };
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (token === '{' || token === '[') names.push(token === '{' ? new Set() : undefined);
    depth = Math.max(depth, names.length);
    if (names.length === 1 && (token === ',' || token === '}')) close();
    if (token === '}' || token === ']') names.pop();
    if (token === ':') {
      const name = JSON.parse(last) as string;
      const seen = names.at(-1);
      if (seen?.has(name)) repeated ??= name;
      seen?.add(name);
      if (names.length === 1) open = { name, from: index + 1 };
    }
    last = token;
    end = index + token.length;
  }
  return { depth, repeated, members };
}

const [quote, backslash, comma, brace, bracket] = [...'"\\,{['].map((one) => one.charCodeAt(0));

/**
 * Whether a JSON text has more values than this; an empty object or list counts twice. For text that is not parsed yet, valid or not: one
 * pass that keeps nothing, and ends at the first value too many.
 */
export function hasMoreValues(text: string, most: number): boolean {
  let values = 1;
  let isInString = false;
  for (let at = 0; at < text.length && values <= most; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === quote) isInString = !isInString;
    else if (unit === backslash && isInString) at += 1;
    else if (!isInString && (unit === comma || unit === brace || unit === bracket)) values += 1;
  }
  return values > most;
}
