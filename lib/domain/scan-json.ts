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
  /** It has more parts than were to be looked at: the rest is not scanned. */
  readonly isCut: boolean;
}

/** Strings in one piece, so that nothing in them counts; then punctuation, then all other values. */
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/gs;

/** Scans valid JSON in one pass, without recursion: depth costs no stack. A part is a value, a name or a punctuation mark. */
export function scanJson(text: string, mostParts = Number.POSITIVE_INFINITY): Scanned {
  const names: (Set<string> | undefined)[] = [];
  const members: RawMember[] = [];
  let depth = 0;
  let repeated: string | undefined;
  let last = '';
  let parts = 0;
  let open: { readonly name: string; readonly from: number } | undefined;
  let end = 0;
  const close = (): void => {
    if (open !== undefined) members.push({ name: open.name, text: text.slice(open.from, end).trim() });
    open = undefined;
  };
  for (const { 0: token, index } of text.matchAll(tokens)) {
    parts += 1;
    if (parts > mostParts) return { depth, repeated, members, isCut: true };
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
  return { depth, repeated, members, isCut: false };
}
