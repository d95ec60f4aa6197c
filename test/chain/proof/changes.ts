/** Each leaf of the value, changed a little in turn: a digit, a number by one, a truth value. */
export function* changesOf(value: unknown, path = ''): Generator<{ readonly path: string; readonly changed: unknown }> {
  if (typeof value === 'string') {
    for (const at of new Set([0, value.length >> 1, value.length - 1].filter((place) => place >= 0)))
      yield { path: `${path}@${at}`, changed: value.slice(0, at) + another(value[at] as string) + value.slice(at + 1) };
  } else if (typeof value === 'number') yield { path, changed: value + 1 };
  else if (typeof value === 'boolean') yield { path, changed: !value };
  else if (Array.isArray(value))
    for (const [index, item] of value.entries()) {
      yield { path: `${path}[-${index}]`, changed: value.filter((_, each) => each !== index) };
      for (const change of changesOf(item, `${path}[${index}]`))
        yield { path: change.path, changed: value.with(index, change.changed) };
    }
  else if (typeof value === 'object' && value !== null)
    for (const [name, member] of Object.entries(value))
      for (const change of changesOf(member, `${path}.${name}`))
        yield { path: change.path, changed: { ...value, [name]: change.changed } };
}

const another = (char: string): string =>
  /\d/.test(char) ? String((Number(char) + 1) % 10) : char === 'a' ? 'b' : 'a';
