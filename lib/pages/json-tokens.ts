export interface JsonToken {
  readonly kind: 'name' | 'string' | 'number' | 'word' | 'plain';
  readonly text: string;
}

const parts = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[[\]{}:,]/g;

/** JSON text, indented. Every digit stays as it was sent: a number is never read and written again. undefined: it is no JSON. */
export function jsonTokens(json: string): readonly JsonToken[] | undefined {
  if (!isJson(json)) return undefined;
  const tokens: JsonToken[] = [];
  let plain = '';
  let depth = 0;
  const found = json.match(parts) ?? [];
  const newLine = (): string => `\n${'  '.repeat(depth)}`;
  found.forEach((part, index) => {
    const next = found[index + 1];
    if (part === '{' || part === '[') {
      depth += 1;
      plain += part + (next === '}' || next === ']' ? '' : newLine());
    } else if (part === '}' || part === ']') {
      depth -= 1;
      const before = found[index - 1];
      plain += (before === '{' || before === '[' ? '' : newLine()) + part;
    } else if (part === ',') plain += part + newLine();
    else if (part === ':') plain += ': ';
    else {
      if (plain !== '') tokens.push({ kind: 'plain', text: plain });
      plain = '';
      tokens.push({ kind: kindOf(part, next), text: part });
    }
  });
  return plain === '' ? tokens : [...tokens, { kind: 'plain', text: plain }];
}

export const indentedJson = (json: string): string =>
  jsonTokens(json)
    ?.map(({ text }) => text)
    .join('') ?? json;

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function kindOf(part: string, next: string | undefined): JsonToken['kind'] {
  if (part.startsWith('"')) return next === ':' ? 'name' : 'string';
  return /^[-\d]/.test(part) ? 'number' : 'word';
}
