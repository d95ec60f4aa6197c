import { activityRoles } from '../../domain/activity.ts';

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description: string;
  readonly schema: object;
  /** Used when no recorded request has the parameter. */
  readonly example?: string | number;
}

const pathParameter = (name: string, description: string): Parameter => ({
  name,
  in: 'path',
  required: true,
  description,
  schema: { type: 'string', minLength: 1 },
});

export const optional = (
  where: 'query' | 'header',
  name: string,
  description: string,
  schema: object,
  example?: string | number,
): Parameter => ({
  name,
  in: where,
  required: false,
  description,
  schema,
  ...(example !== undefined && { example }),
});

const required = (parameter: Parameter): Parameter => ({ ...parameter, required: true });

/** The path parameters of entities, by name. */
const entityParameters: Readonly<Record<string, Parameter>> = {
  collection: pathParameter(
    'collection',
    'The alias of a configured collection, or the hash of its contract package: 64 hexadecimal digits, with or without `hash-`, `package-` or `contract-package-`',
  ),
  tokenId: pathParameter(
    'tokenId',
    'The id of the token: 1 to 128 letters, digits or `._~-`. In a CEP-78 collection with hash identifiers it is the hash. An id with any other character is refused, because a path may lose it: use the route with `?tokenId=`.',
  ),
  id: pathParameter(
    'id',
    'The account: its public key in hexadecimal, or its account hash, 64 hexadecimal digits with or without `account-hash-`. Mixed upper and lower case must be the checksum of CEP-57.',
  ),
  hash: pathParameter(
    'hash',
    'The hash of a transaction or deploy: 64 hexadecimal digits, with or without `transaction-v1-` or `deploy-`. Mixed upper and lower case must be the checksum of CEP-57.',
  ),
};

/** One parameter for each `{name}` in the path of an entity. */
export const entityPath = (path: string): Parameter[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(
    ([, name = '']) => entityParameters[name] ?? pathParameter(name, `The ${name} of the entity`),
  );

/** The parameters of the route of a kind whose ids hold any text: the last one is in the query. */
export const entityText = (path: string): Parameter[] => [
  ...entityPath(path).slice(0, -1),
  required(
    optional(
      'query',
      'tokenId',
      'The id of the token, percent-encoded: any text of 1 to 128 bytes. A space is `%20`, a plus sign `%2B`.',
      { type: 'string', minLength: 1 },
    ),
  ),
];

export const explainedRequestId = pathParameter('requestId', 'The `requestId` of an answer or of an error');

export const conflictId = pathParameter('id', 'The id of a conflict: 64 hexadecimal digits');

export const keyId = pathParameter('id', 'The id of an API key: 12 digits and lower-case letters');

export const webhookId = pathParameter('id', 'The id of a webhook: `wh_` and 24 hexadecimal digits');

export const runId = pathParameter('id', 'The id of a run of reconciliation');

/** The freshness that a reader accepts. */
export const readOptions: readonly Parameter[] = [
  optional(
    'header',
    'Cache-Control',
    'Which answers the caller accepts, as in RFC 9111 and RFC 5861; times in seconds. `no-cache`: not from the cache. ' +
      '`max-age=s`: at most s seconds behind the chain. `max-stale` or `max-stale=s`: also from the cache after its limit, ' +
      'by any time or by s seconds. `stale-if-error=s`: when no node answers, from the database if at most s seconds behind ' +
      'the chain; 0: never from the database. `only-if-cached`: never from the chain. `min-fresh=s`: a cached answer must stay within its limit for s more seconds. ' +
      'A directive that is not named here is ignored.',
    { type: 'string' },
    'max-age=10, stale-if-error=0',
  ),
  optional(
    'query',
    'minHeight',
    'The lowest acceptable block height: the answer holds through this block or a later one. A client that has written to the chain reads its own writes with it.',
    { type: 'integer', minimum: 0 },
    30,
  ),
];

/** The past: one block instead of the newest value. */
export const at = optional(
  'query',
  'at',
  'The height of a block: what was there as of this block, from the history of the record where it covers the block, else from the chain. With it, `no-cache` means from the chain, and `only-if-cached` from the history; directives and parameters about the newest value are refused.',
  { type: 'integer', minimum: 0 },
  30,
);

/** Of kinds of which nodes prove what they say. */
export const fullProof: readonly Parameter[] = [
  optional(
    'query',
    'proof',
    '`full`: the newest value is read from the chain, and `meta.proof.full` has all that proves it, for a caller who checks the answer itself. It counts as a read of the chain, and is refused with `at`, `wait` and `only-if-cached`.',
    { type: 'string', enum: ['full'] },
  ),
  optional(
    'query',
    'anchor',
    'Only with `proof=full`: the height of the switch block that the caller trusts. `switchBlocks` leads from there to the block of the answer, over 64 eras at most. Left out: from the switch block that names who signs the block.',
    { type: 'integer', minimum: 0 },
  ),
];

/** Of kinds that a caller may wait for. */
export const wait = optional(
  'query',
  'wait',
  'Long poll: for how many seconds the answer may wait for a change. It ends at once where nothing will change, as soon as an unknown transaction is known, and as soon as a pending one is in a block; when the time is up it is the latest answer.',
  { type: 'integer', minimum: 1, maximum: 25 },
  25,
);

export const storedRecordQuery: readonly Parameter[] = [
  required(optional('query', 'kind', 'The kind of the entity', { type: 'string' }, 'account')),
  required(optional('query', 'id', 'The id of the entity, as in `POST /v1/lookup`', { type: 'string', minLength: 1 })),
];

export const metricMinutes = optional(
  'query',
  'minutes',
  'So many minutes back from now. Up to 180 of them a period is a minute; beyond that it is longer, so that a series has at most 180 values',
  { type: 'integer', minimum: 1, maximum: 1_440, default: 180 },
);

export const changesFilter: readonly Parameter[] = [
  optional(
    'query',
    'after',
    'A cursor: `next` of an answer, or `cursor` of an event. Only what comes behind it is answered. `start` (or `0`): the oldest event that is kept. `now`, or left out: from now on, so that the answer has no event and a `next`.',
    { type: 'string' },
    'start',
  ),
  optional(
    'query',
    'kinds',
    'Only events about entities of these kinds, separated by commas',
    { type: 'string' },
    'asset,account',
  ),
  optional('query', 'types', 'Only events of these types, separated by commas', { type: 'string' }, 'RecordChanged'),
  optional(
    'query',
    'collection',
    'Only events about entities of this collection: its alias, or the hash of its contract package',
    { type: 'string' },
  ),
  optional(
    'query',
    'account',
    'Only events about this account, by its public key or its account hash with the prefix, or about another owner of tokens as answers show it',
    { type: 'string' },
  ),
  optional('query', 'limit', 'The highest number of events in the answer', {
    type: 'integer',
    minimum: 1,
    maximum: 1_000,
    default: 100,
  }),
  optional(
    'query',
    'wait',
    'Long poll: for how many seconds an answer without an event may wait for the first one',
    { type: 'integer', minimum: 1, maximum: 25 },
    1,
  ),
];

/** What a list heeds of it. */
export const listOptions: readonly Parameter[] = [
  optional(
    'header',
    'Cache-Control',
    'Which items count as current, as in RFC 9111. `max-age=s`: an item further than s seconds behind the chain is marked as stale. `no-cache` is refused: a list is never read from the chain.',
    { type: 'string' },
    'max-age=60',
  ),
];

export const idempotencyKey = optional(
  'header',
  'Idempotency-Key',
  "A name of this submission, of the client's choice. With it, another transaction under the same name is refused. Without it the hash alone decides whether a transaction is the same.",
  { type: 'string', maxLength: 255 },
  'order-1234',
);

export const ifNoneMatch = optional(
  'header',
  'If-None-Match',
  'ETags of the values that the client already has; 304 when one of them is current',
  { type: 'string' },
);

export const ifMatch = optional(
  'header',
  'If-Match',
  'ETags: the data is changed only where it has one of them; `*`: only where there is data. Else 412.',
  { type: 'string' },
);

export const ifNoneMatchOfChange = optional(
  'header',
  'If-None-Match',
  '`*`: the data is stored only where there is none; ETags: only where it has none of them. Else 412.',
  { type: 'string' },
  '*',
);

const limit = optional('query', 'limit', 'The highest number of items on the page', {
  type: 'integer',
  minimum: 1,
  maximum: 100,
  default: 20,
});
export const cursor = optional('query', 'cursor', '`next` of the previous page; left out: the first page', {
  type: 'string',
});
export const page: readonly Parameter[] = [limit, cursor];

export const assetFilter: readonly Parameter[] = [
  required(
    optional(
      'query',
      'owner',
      'The owner: a public key in hexadecimal, or a key as answers show it: `account-hash-…`, `hash-…` of a contract or package, `package-…`, `entity-account-…`, `entity-contract-…`, `entity-system-…`. A hash without a prefix is refused.',
      { type: 'string' },
    ),
  ),
  optional('query', 'collection', 'Only assets of this collection: its alias, or the hash of its contract package', {
    type: 'string',
  }),
];

export const activityFilter: readonly Parameter[] = [
  optional('query', 'role', 'Only parts of transactions in which the account has this role', {
    type: 'string',
    enum: [...activityRoles],
  }),
  optional(
    'query',
    'transferId',
    'Only transfers with this id: a whole number below 2^64, as the sender of the transfer chose it',
    { type: 'string', pattern: '^(0|[1-9][0-9]{0,19})$' },
  ),
];

export const eraRange: readonly Parameter[] = [
  optional('query', 'fromEra', 'The first era; left out: the first that is kept', { type: 'integer', minimum: 0 }),
  optional('query', 'toEra', 'The last era; left out: the last that has ended', { type: 'integer', minimum: 0 }),
];

/** The span of an audit report. */
export const auditSpan: readonly Parameter[] = [
  required(
    optional('query', 'from', 'The beginning of the span, inclusive: a date or a time, ISO 8601 in UTC', {
      type: 'string',
    }),
  ),
  required(
    optional(
      'query',
      'until',
      'The end of the span, exclusive: a date or a time, ISO 8601 in UTC; at most 31 days after `from`',
      { type: 'string' },
    ),
  ),
  optional(
    'query',
    'format',
    '`json`: entries with a summary; `csv`: a table without it (RFC 4180); `html`: a page to print; left out: `html` where the `Accept` header prefers it, else `json`',
    {
      type: 'string',
      enum: ['json', 'csv', 'html'],
    },
  ),
];

export const reportFormat = optional(
  'query',
  'format',
  '`json` or `html`, a page for a person; left out: what the `Accept` header prefers',
  { type: 'string', enum: ['json', 'html'] },
);

export const conflictStatus = optional(
  'query',
  'status',
  'Only conflicts of this status; left out: `open` and `awaiting-review`',
  { type: 'string', enum: ['open', 'awaiting-review', 'resolved'] },
);

export const dryRun = optional('query', 'dryRun', '`true`: the answer says what would happen; nothing changes', {
  type: 'string',
  enum: ['true', 'false'],
  default: 'false',
});
