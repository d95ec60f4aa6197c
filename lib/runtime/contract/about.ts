import { type Audience, iamRolesFor, isOpen } from '../../domain/audience.ts';

/** The parts of the document that no operation describes. */
export const aboutApi = {
  title: 'Astake Lookup',
  version: '1',
  summary: 'Chain-first lookups for the Casper network',
  description: [
    'Looks up assets (NFTs), accounts, staking positions, transactions and collections of the Casper network. An answer comes from the cache while the cached value is known to be current, else from the chain, else from the database.',
    '**Freshness.** Every answer has a `meta` object: the source, the block at which the value was read, the last block through which it is known to hold, and how far behind the chain it may be. The caller sets limits with `Cache-Control` and `minHeight`.',
    '**Errors.** Errors are problem details (RFC 9457) with a `code` for programs. A 404 with `meta` states that the chain has no such entity at a block; a failed read is a 503, or 501 or 422 where a node gave an answer that cannot be used.',
    '**Units.** Amounts are exact decimal strings, in motes and in CSPR (1 CSPR = 1,000,000,000 motes). Times are ISO 8601 in UTC. Durations are in seconds unless the name says milliseconds. Heights are block heights.',
    '**Lists.** A list has at most `limit` items; `next` is the `cursor` of the next page.',
    '**Compatibility.** Answers may get new members: a client ignores those that it does not know. Requests may not have unknown members. Each GET route also answers HEAD, and each path OPTIONS. A query parameter that a route does not know is refused.',
  ].join('\n\n'),
  contact: { name: 'The maintainers of Astake Lookup' },
  license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
};

export const servers = [{ url: '/', description: 'The host that serves this document' }];

export const tags = [
  { name: 'Lookups', description: 'Entities of the chain, and the changes of their records' },
  { name: 'Transactions', description: 'Submission of signed transactions. For writers.' },
  {
    name: 'Local data',
    description:
      "An application's own data for the entities of the chain. For readers and writers with an application.",
  },
  { name: 'Changes', description: 'Every change, in order, from any moment of the last 30 days on' },
  { name: 'Status', description: 'Health, readiness and figures of the service, and this document' },
  { name: 'Sync', description: 'How far the service follows the chain. For operators; auditors may read.' },
  {
    name: 'Conflicts',
    description: 'Records that the chain contradicts, and decisions about them. For operators; auditors may read.',
  },
  {
    name: 'Reconciliation',
    description: 'Runs that compare the stored records with the chain. For operators; auditors may read.',
  },
  { name: 'Cache', description: 'Invalidation of cached values. For operators.' },
  { name: 'Audit', description: 'The trail of every change. For auditors and operators.' },
  { name: 'Keys', description: 'API keys: who may call, and what they may do. For operators; auditors may read.' },
  { name: 'Webhooks', description: 'URLs that every change is sent to. For operators; auditors may read.' },
];

const header = (description: string, type: 'integer' | 'string', example: string | number) => ({
  description,
  schema: { type },
  example,
});

export const headers = {
  Age: header('How far behind the chain the value may be, in seconds', 'integer', 0),
  'Cache-Control': header(
    '`max-age`: the freshness limit of the kind, in seconds; 0 on a stale answer or during a conflict. `public`: a shared cache may keep it too. `private, no-cache`: the answer has `local` of an application',
    'string',
    'public, max-age=90, must-revalidate, stale-if-error=0',
  ),
  'Cache-Status': header('Whether the cache answered, and why not (RFC 9211)', 'string', 'astake-lookup; hit'),
  'Casper-Block-Height': header(
    'The height of the last block through which the value is known to hold; with `at`, that block',
    'integer',
    60,
  ),
  Location: header(
    'The address of what was made or accepted: the report of the run, the key, or the transaction',
    'string',
    '/v1/reconciliations/20261123T003049Z',
  ),
  ETag: header(
    'An entity tag of `data`: it changes only when the value does. Weak, but strong for local data',
    'string',
    'W/"abc"',
  ),
  Vary: header('The request headers that the answer depends on', 'string', 'authorization'),
  Allow: header('The methods that the path takes', 'string', 'GET, HEAD, OPTIONS'),
  'WWW-Authenticate': header(
    'What to send, and why it was refused (RFC 6750): `invalid_token`, or `insufficient_scope` with the role in `scope`',
    'string',
    'Bearer realm="Astake Lookup", error="invalid_token"',
  ),
  'RateLimit-Policy': header(
    'The limits of the caller that the request has taken from: so many (`q`) in a window of seconds (`w`), of `requests`, and of `chain-reads` where the chain was needed: draft-ietf-httpapi-ratelimit-headers. Left out where the caller has no limit',
    'string',
    '"requests";q=600;w=60, "chain-reads";q=300;w=60',
  ),
  RateLimit: header(
    'Of each of these limits, how much is left (`r`), and after how many seconds there is more (`t`)',
    'string',
    '"requests";r=581;t=48, "chain-reads";r=287;t=36',
  ),
  'Retry-After': header('After how many seconds the same request may succeed', 'integer', 2),
};

export const securitySchemes = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description:
      'An API key (`astk_…`), or a JSON Web Token of an issuer that the deployment is configured for; on a local run also the key that `npm start` prints. A route names the role that the credential must have.',
  },
  iam: {
    type: 'apiKey',
    in: 'header',
    name: 'Authorization',
    'x-amazon-apigateway-authtype': 'awsSigv4',
    description:
      'On AWS, where the deployment sets `ASTAKE_OPERATOR_AUTH=iam`: Signature Version 4 of a principal that may invoke the route (`execute-api:Invoke`)',
  },
};

/** Each entry is enough by itself; `{}`: no credential. */
export const securityOf = (audience: Audience, needsCredential = false): readonly object[] => [
  ...(isOpen(audience) && !needsCredential ? [{}] : []),
  { bearer: audience === 'anyone' ? [] : [audience] },
  ...(iamRolesFor(audience).length > 0 ? [{ iam: [] }] : []),
];
