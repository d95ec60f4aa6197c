export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description: string;
  readonly schema: object;
}

const described: Readonly<Record<string, string>> = {
  collection: "A configured collection's alias, or the hash of its package (64 hexadecimal digits)",
  tokenId: 'Percent-encoded; of a collection with hash identifiers the item key itself',
  id: 'A public key in hexadecimal, or `account-hash-…`',
  hash: 'The hash of a transaction or deploy: 64 hexadecimal digits',
};

/** One per `{name}` of a path; `told`: what it names, where that is not what others of the name do. */
export const pathParameters = (path: string, told?: string): Parameter[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    description: told ?? described[name] ?? name,
    schema: { type: 'string', minLength: 1 },
  }));

const optional = (where: 'query' | 'header', name: string, description: string, schema: object): Parameter => ({
  name,
  in: where,
  required: false,
  description,
  schema,
});

/** What a reader may ask for beside the entity. */
export const wishes: readonly Parameter[] = [
  optional(
    'header',
    'Cache-Control',
    '`no-cache`: not from the cache; `max-age=s`: known to hold within the last s seconds; `max-stale[=s]`: an expired ' +
      'cached answer will do; `stale-if-error=s`: no database answer older than s seconds (0: none); ' +
      '`only-if-cached`: never from the chain',
    { type: 'string', examples: ['no-cache', 'max-age=10, stale-if-error=0'] },
  ),
  optional('query', 'minHeight', 'Nothing older than this block: read your writes', { type: 'integer', minimum: 0 }),
];

export const ifNoneMatch = optional('header', 'If-None-Match', 'ETags of what the client has already', {
  type: 'string',
});

export const page: readonly Parameter[] = [
  optional('query', 'limit', 'How many, at most', { type: 'integer', minimum: 1, maximum: 100, default: 20 }),
  optional('query', 'cursor', '`next` of the page before', { type: 'string' }),
];

export const assetFilter: readonly Parameter[] = [
  {
    ...optional('query', 'owner', 'A public key, `account-hash-…`, or `hash-…` of a contract', { type: 'string' }),
    required: true,
  },
  optional('query', 'collection', "An alias, or a package's hash", { type: 'string' }),
];

/** Of the audit report. */
export const auditSpan: readonly Parameter[] = [
  {
    ...optional('query', 'from', 'A date, or a moment in UTC (ISO 8601): the first that is reported', {
      type: 'string',
    }),
    required: true,
  },
  {
    ...optional('query', 'until', 'The first that is not reported any more; at most 31 days after `from`', {
      type: 'string',
    }),
    required: true,
  },
  optional('query', 'format', 'JSON with a summary, or a table for spreadsheets (RFC 4180)', {
    type: 'string',
    enum: ['json', 'csv'],
    default: 'json',
  }),
];

export const pageFormat = optional('query', 'format', 'JSON, or a page for a person; left out: as `Accept` prefers', {
  type: 'string',
  enum: ['json', 'html'],
});

export const conflictStatus = optional('query', 'status', 'Left out: `open` and `awaiting-review`', {
  type: 'string',
  enum: ['open', 'awaiting-review', 'resolved'],
});

export const dryRun = optional('query', 'dryRun', 'Tells what would be done, and does nothing', {
  type: 'string',
  enum: ['true', 'false'],
  default: 'false',
});
