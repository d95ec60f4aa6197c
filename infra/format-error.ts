/** An error for a person: a title, and one line for each problem. */
export const formatError = (title: string, lines: readonly string[]): string =>
  [title, ...lines.map((line) => `  - ${line}`)].join('\n');

/** The error text for an invalid configuration, at start-up and at synthesis. */
export const invalidConfig = (problems: readonly string[]): string =>
  formatError('The configuration is not valid:', problems);
