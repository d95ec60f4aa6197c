import { entityRoutes } from '../../entities/index.ts';
import {
  absenceSchema,
  answerOf,
  assetListSchema,
  batchSchema,
  collectionListSchema,
  historySchema,
  refreshedAccountSchema,
} from './answers.ts';
import { always, bodyRefused, guarded, noStore, type Operation, refused, retryLater } from './operation.ts';
import {
  assetFilter,
  at,
  cursor,
  entityPath,
  entityText,
  fullProof,
  ifNoneMatch,
  listOptions,
  type Parameter,
  page,
  readOptions,
  wait,
} from './parameters.ts';
import { batchRequestSchema } from './requests.ts';

const tag = 'Lookups';
const audience = 'reader';
const freshness = ['Age', 'Cache-Control', 'Cache-Status', 'Casper-Block-Height', 'Vary'];

interface Subject {
  readonly kind: string;
  readonly mayArrive: boolean;
  readonly hasProofs: boolean;
}

/** Every kind has the same two routes, the entity and its history; where ids are any text, a second pair with the id in the query. */
const entityOperations = entityRoutes.flatMap(({ route, textRoute, ...subject }) => [
  ...operationsOf(subject, route, entityPath(route)),
  ...(textRoute === undefined ? [] : operationsOf(subject, textRoute, entityText(route), 'ByText')),
]);

function operationsOf(
  { kind, mayArrive, hasProofs }: Subject,
  path: string,
  id: readonly Parameter[],
  by: '' | 'ByText' = '',
): Operation[] {
  const name = kind.replace(/^./, (letter) => letter.toUpperCase());
  const noun = kind === 'staking' ? 'staking position' : kind;
  const note = by === '' ? '' : ' The id is in the query, where every text arrives as it was sent.';
  return [
    {
      operationId: `get${name}${by}`,
      method: 'GET',
      path,
      audience,
      function: 'get-entity',
      tag,
      summary: `Get one ${noun}${by && ', by an id of any text'}`,
      description: `Returns one ${noun}: from the cache while the cached value is known to be current, else from the chain, else the last known value from the database. \`meta\` names the source and says how current the value is.${note}`,
      parameters: [
        ...id,
        ...readOptions,
        at,
        ...(mayArrive ? [wait] : []),
        ...(hasProofs ? fullProof : []),
        ifNoneMatch,
      ],
      responses: {
        200: { description: `The ${noun}.`, schema: answerOf(kind), headers: [...freshness, 'ETag'] },
        304: { description: 'The value that the client has is current.', headers: [...freshness, 'ETag'] },
        404: {
          description: `The chain has no such ${noun} at the block in \`meta\`. Never the answer to a failed read.${mayArrive ? ' Retryable, since it may still arrive, but not with `at`.' : ''}`,
          schema: absenceSchema,
          headers: freshness,
          ...(mayArrive && { optionalHeaders: ['Retry-After'] }),
        },
        410: refused('No node reaches back to the block `at`: `lowestHeight` is the lowest that one does.'),
        412: retryLater('`minHeight`, or `at`, is above every block that can be read now.'),
        422: refused(
          `What the chain holds of the ${noun} is above the size that is read. The same request fails again.`,
        ),
        ...always,
        501: refused(
          `The chain holds the ${noun} in a form that this service does not know. The same request fails again.`,
        ),
        503: retryLater(
          `No node answers, and the database has no value that the caller accepts. This does not say whether the ${noun} exists. Or the request took too long.`,
        ),
        504: refused('The caller asked for `only-if-cached`, and neither cache nor database has the value.'),
      },
    },
    {
      operationId: `get${name}History${by}`,
      method: 'GET',
      path: `${path}/history`,
      audience,
      function: 'get-history',
      tag,
      summary: `List the changes of one ${noun}${by && ', by an id of any text'}`,
      description: `Returns the audit entries of the record of one ${noun}, newest first. Each entry holds the digest of the one before, so that a removed or altered entry shows, and is named.${note}`,
      parameters: [...id, ...page],
      responses: {
        200: { description: 'A page of audit entries.', schema: historySchema },
        ...always,
        ...noStore,
      },
    },
  ];
}

export const lookupOperations: readonly Operation[] = [
  ...entityOperations,
  {
    operationId: 'findAssets',
    method: 'GET',
    path: '/v1/assets',
    audience,
    function: 'find-entities',
    tag,
    summary: "List an owner's assets",
    description:
      'Returns the assets of an owner that are in the database, by collection. `complete` says whether these are all, at the block in `meta`; `collections` says of which collections, and why not.',
    parameters: [...assetFilter, ...page, ...listOptions],
    responses: {
      200: { description: 'A page of assets.', schema: assetListSchema },
      ...always,
      ...noStore,
    },
  },
  {
    operationId: 'listCollections',
    method: 'GET',
    path: '/v1/collections',
    audience,
    function: 'list-collections',
    tag,
    summary: 'List the configured collections',
    description:
      'Returns the collections that this deployment is configured with, by their package hashes, each as `GET /v1/collections/{collection}` answers it; an outcome may be an error. A credential for some collections gets those.',
    parameters: [...page, ...readOptions],
    responses: {
      200: { description: 'A page of collections.', schema: collectionListSchema },
      ...always,
    },
  },
  {
    operationId: 'listCollectionAssets',
    method: 'GET',
    path: '/v1/collections/{collection}/assets',
    audience,
    function: 'find-entities',
    tag,
    summary: 'List the assets of a collection',
    description:
      'Returns the assets of a collection that are in the database, burnt ones included, by their token ids: numbers by their value, then all other ids. `complete` says whether these are all, at the block in `meta`; `collections` says why not.',
    parameters: [...entityPath('/v1/collections/{collection}'), ...page, ...listOptions],
    responses: {
      200: { description: 'A page of assets.', schema: assetListSchema },
      ...always,
      ...noStore,
    },
  },
  {
    operationId: 'lookup',
    method: 'POST',
    path: '/v1/lookup',
    audience,
    function: 'lookup',
    tag,
    summary: 'Get up to 100 entities',
    description:
      'Looks up 1 to 100 entities of any kinds. The answer is 200 with one outcome for each, in the order of the request; an outcome may be an error.',
    parameters: readOptions,
    body: batchRequestSchema,
    responses: { 200: { description: 'The outcomes.', schema: batchSchema }, ...bodyRefused, ...always },
  },
  {
    operationId: 'refreshAccount',
    method: 'POST',
    path: '/v1/accounts/{id}/refresh',
    audience: 'writer',
    function: 'refresh-account',
    tag,
    summary: 'Read what is tracked for an account from the chain now',
    description:
      'Reads the account, its staking position and the tokens that are stored as its own from the chain, whatever the cache holds: up to 100 entities, `next` continues. The answer is 200 with one outcome for each; a part that fails leaves the others as they are.',
    parameters: [...entityPath('/v1/accounts/{id}'), cursor],
    responses: {
      200: { description: 'The outcomes.', schema: refreshedAccountSchema },
      ...guarded,
      ...always,
      503: retryLater('Nothing could be read: no node answers, or the database cannot be reached.'),
    },
  },
];
