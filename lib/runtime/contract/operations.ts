import { entityRoutes } from '../../entities/index.ts';
import { absence, answerOf, assetList, batch, batchRequest, description, health, history } from './answers.ts';
import { conflictOperations } from './conflicts.ts';
import { defect, invalid, later, noStore, type Operation, refused, tooLarge } from './outcomes.ts';
import { assetFilter, ifNoneMatch, page, pathParameters, wishes } from './parameters.ts';
import { reconciliationOperations } from './reconciliations.ts';
import { runningOperations } from './running.ts';
import { syncOperations } from './sync.ts';

const freshness = ['Age', 'Cache-Control', 'Cache-Status', 'Casper-Block-Height'];

/** Of every kind the same two: the entity and its history. */
const entityOperations = entityRoutes.flatMap(({ kind, route }): Operation[] => {
  const name = kind.replace(/^./, (letter) => letter.toUpperCase());
  return [
    {
      operationId: `get${name}`,
      method: 'get',
      path: route,
      summary: `One ${kind}: from the cache where that is provably current, else the chain, else the database`,
      parameters: [...pathParameters(route), ...wishes, ifNoneMatch],
      responses: {
        200: { description: `The ${kind}`, schema: answerOf(kind), headers: [...freshness, 'ETag'] },
        304: { description: 'What the client has is current', headers: [...freshness, 'ETag'] },
        ...invalid,
        404: {
          description: `The chain has no such ${kind} at the block in \`meta\``,
          schema: absence,
          headers: freshness,
        },
        412: refused('`minHeight` cannot be had'),
        ...defect,
        503: later('No node can answer, and nothing within the bounds is stored; says nothing of whether it exists'),
        504: refused('`only-if-cached`, and neither cache nor database has it'),
      },
    },
    {
      operationId: `get${name}History`,
      method: 'get',
      path: `${route}/history`,
      summary: `What changed in the record of one ${kind}, newest first`,
      parameters: [...pathParameters(route), ...page],
      responses: { 200: { description: 'Audit entries', schema: history }, ...invalid, ...defect, ...noStore },
    },
  ];
});

/** Every route but the one that takes what no other does. */
export const operations: readonly Operation[] = [
  ...entityOperations,
  {
    operationId: 'findAssets',
    method: 'get',
    path: '/v1/assets',
    summary: "An owner's assets, as far as they have been looked up",
    parameters: [...assetFilter, ...page],
    responses: {
      200: { description: 'Assets, from the database', schema: assetList },
      ...invalid,
      ...defect,
      ...noStore,
    },
  },
  {
    operationId: 'lookup',
    method: 'post',
    path: '/v1/lookup',
    summary: '1 to 100 entities of any kinds: an outcome for each, in order',
    parameters: wishes,
    body: batchRequest,
    responses: {
      200: { description: 'Outcomes, of which each may be an error', schema: batch },
      ...invalid,
      ...tooLarge,
      ...defect,
    },
  },
  {
    operationId: 'getHealth',
    method: 'get',
    path: '/v1/health',
    summary: 'Whether there are answers, and from where',
    parameters: [],
    responses: {
      200: { description: 'Healthy, or degraded: there are answers', schema: health },
      ...defect,
      503: { description: 'Down: neither chain nor store can answer', schema: health },
    },
  },
  ...syncOperations,
  ...runningOperations,
  ...conflictOperations,
  ...reconciliationOperations,
  {
    operationId: 'getOpenApi',
    method: 'get',
    path: '/v1/openapi.json',
    summary: 'This document',
    parameters: [],
    responses: { 200: { description: 'OpenAPI 3.1', schema: description }, ...defect },
  },
];
