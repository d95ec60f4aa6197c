/** What a person can act on: a title, and a line for each thing that is wrong. */
export const formatError = (title: string, lines: readonly string[]): string =>
  [title, ...lines.map((line) => `  - ${line}`)].join('\n');

/** Of a configuration, wherever it is read: at a start or a synthesis. */
export const invalidConfig = (problems: readonly string[]): string =>
  formatError('The configuration is not valid:', problems);
