type Change = { readonly path: string; readonly changed: unknown };
type PlacesOf = (length: number) => Iterable<number>;

const three: PlacesOf = (length) => new Set([0, length >> 1, length - 1].filter((at) => at >= 0));
export const everyPlace: PlacesOf = (length) => Array.from({ length }, (_, at) => at);

/**
 * Each leaf of the value, and the name of each member, changed a little in turn: a digit, a number by one, a truth value. Of a text three
 * places, or those that are given.
 */
export function* changesOf(value: unknown, path = '', placesOf = three): Generator<Change> {
  if (typeof value === 'string')
    for (const { at, changed } of textsLike(value, placesOf)) yield { path: `${path}@${at}`, changed };
  else if (typeof value === 'number') yield { path, changed: value + 1 };
  else if (typeof value === 'boolean') yield { path, changed: !value };
  else if (Array.isArray(value))
    for (const [index, item] of value.entries()) {
      yield { path: `${path}[-${index}]`, changed: value.filter((_, each) => each !== index) };
      for (const change of changesOf(item, `${path}[${index}]`, placesOf))
        yield { path: change.path, changed: value.with(index, change.changed) };
    }
  else if (typeof value === 'object' && value !== null)
    for (const [name, member] of Object.entries(value)) {
      const { [name as keyof typeof value]: _, ...others } = value;
      for (const { at, changed } of textsLike(name, placesOf))
        yield { path: `${path}.${name}:${at}`, changed: { ...others, [changed]: member } };
      for (const change of changesOf(member, `${path}.${name}`, placesOf))
        yield { path: change.path, changed: { ...value, [name]: change.changed } };
    }
}

function* textsLike(text: string, placesOf: PlacesOf) {
  for (const at of placesOf(text.length))
    yield { at, changed: text.slice(0, at) + another(text[at] as string) + text.slice(at + 1) };
}

const another = (char: string): string =>
  /\d/.test(char) ? String((Number(char) + 1) % 10) : char === 'a' ? 'b' : 'a';
