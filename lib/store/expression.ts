/** Names every `#attribute` of the expressions, so that none can clash with one of DynamoDB's 573 reserved words. */
export const namesIn = (...expressions: readonly string[]): Record<string, string> =>
  Object.fromEntries(expressions.flatMap((text) => text.match(/#\w+/g) ?? []).map((name) => [name, name.slice(1)]));
