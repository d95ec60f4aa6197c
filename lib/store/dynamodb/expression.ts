/** Names every `#attribute` of the expressions, so that none can clash with one of DynamoDB's 573 reserved words. */
export const namesIn = (...expressions: readonly string[]): Record<string, string> =>
  Object.fromEntries(expressions.flatMap((text) => text.match(/#\w+/g) ?? []).map((name) => [name, name.slice(1)]));

/** Of these values, those that the expressions name: the engine refuses any other. undefined where there is none. */
export function valuesIn(
  values: Record<string, unknown>,
  ...expressions: readonly string[]
): Record<string, unknown> | undefined {
  const named = new Set(expressions.flatMap((text) => text.match(/:\w+/g) ?? []));
  const found = Object.entries(values).filter(([name]) => named.has(name));
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

/** Each of the clauses must hold. */
export const all = (...clauses: readonly string[]): string => clauses.map((clause) => `(${clause})`).join(' AND ');
