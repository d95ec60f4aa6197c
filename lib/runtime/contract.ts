import * as z from 'zod/mini';
import { entityRoutes } from '../entities/index.ts';
import {
  absence,
  answerOf,
  assetList,
  batch,
  batchRequest,
  description,
  health,
  history,
  meta,
  problem,
} from './contract/answers.ts';
import {
  conflict,
  conflictDecisionRequest,
  conflictList,
  conflictResolutionRequest,
  conflictUndoRequest,
  decidedConflict,
  resolvedConflicts,
} from './contract/conflicts.ts';
import { amountSchema, block, dataOf } from './contract/data.ts';
import { operations } from './contract/operations.ts';
import type { Operation, ResponseSpec } from './contract/outcomes.ts';
import {
  reconciliationList,
  reconciliationReport,
  reconciliationRequest,
  reconciliationRun,
} from './contract/reconciliations.ts';
import { auditReport, invalidationRequest, invalidationResult, ready, stats } from './contract/running.ts';

import { forcedTick, rewindRequest, syncReport } from './contract/sync.ts';

export { operations } from './contract/operations.ts';

const capital = (name: string): string => name.replace(/^./, (letter) => letter.toUpperCase());

/** What the document gives a name to. Loaded by the function that serves it alone: readers start without it. */
const named: readonly (readonly [string, z.ZodMiniType])[] = [
  ['Amount', amountSchema],
  ['Block', block],
  ['Meta', meta],
  ['Problem', problem],
  ['Absence', absence],
  ...Object.entries(dataOf).map(([kind, schema]) => [capital(kind), schema] as const),
  ...entityRoutes.map(({ kind }) => [`${capital(kind)}Answer`, answerOf(kind)] as const),
  ['BatchRequest', batchRequest],
  ['Batch', batch],
  ['AssetList', assetList],
  ['History', history],
  ['Health', health],
  ['Description', description],
  ['Ready', ready],
  ['Stats', stats],
  ['InvalidationRequest', invalidationRequest],
  ['InvalidationResult', invalidationResult],
  ['AuditReport', auditReport],
  ['Conflict', conflict],
  ['ConflictList', conflictList],
  ['ConflictDecisionRequest', conflictDecisionRequest],
  ['ConflictUndoRequest', conflictUndoRequest],
  ['ConflictResolutionRequest', conflictResolutionRequest],
  ['DecidedConflict', decidedConflict],
  ['ResolvedConflicts', resolvedConflicts],
  ['ReconciliationRequest', reconciliationRequest],
  ['ReconciliationRun', reconciliationRun],
  ['ReconciliationList', reconciliationList],
  ['ReconciliationReport', reconciliationReport],
  ['SyncReport', syncReport],
  ['ForcedTick', forcedTick],
  ['RewindRequest', rewindRequest],
];
const isRequest = (name: string): boolean => name.endsWith('Request');
const names = new Map(named.map(([name, schema]) => [schema, name]));

/** OpenAPI 3.1, made of the schemas that requests and answers are held against. */
export function openApi() {
  return {
    openapi: '3.1.1',
    info: {
      title: 'Astake Lookup',
      version: '1',
      description:
        'Chain-first lookups for the Casper network. Every answer says where it came from, at which block it was read ' +
        'and through which block it is known to hold. What answers GET answers HEAD. More members may be added to answers.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths: pathsOf(operations),
    components: { schemas: components(), headers, securitySchemes },
  };
}

function pathsOf(all: readonly Operation[]) {
  const paths: Record<string, Record<string, object>> = {};
  for (const { method, path, operationId, summary, role, parameters, body, mayLackBody = false, responses } of all) {
    paths[path] = {
      ...paths[path],
      [method]: {
        operationId,
        summary,
        ...(role && { security: [{ [role]: [] }] }),
        ...(parameters.length > 0 && { parameters }),
        ...(body && {
          requestBody: { required: !mayLackBody, content: { 'application/json': { schema: reference(body) } } },
        }),
        responses: Object.fromEntries(Object.entries(responses).map(([status, it]) => [status, response(it)])),
      },
    };
  }
  return paths;
}

function response({ description: text, schema, headers: sent, orAs }: ResponseSpec) {
  const type = schema === problem || schema === absence ? 'application/problem+json' : 'application/json';
  return {
    description: text,
    ...(sent && {
      headers: Object.fromEntries(sent.map((name) => [name, { $ref: `#/components/headers/${name}` }])),
    }),
    ...(schema && {
      content: { [type]: { schema: reference(schema) }, ...(orAs && { [orAs]: { schema: { type: 'string' } } }) },
    }),
  };
}

const address = (name: string): string => `#/components/schemas/${name}`;

function reference(schema: z.ZodMiniType): { readonly $ref: string } {
  const name = names.get(schema);
  if (name === undefined) throw new Error('a schema of an operation has no name');
  return { $ref: address(name) };
}

function components() {
  const registry = z.registry<{ id: string }>();
  for (const [name, schema] of named) registry.add(schema, { id: name });
  const { schemas } = z.toJSONSchema(registry, {
    uri: address,
    override: ({ jsonSchema }) => {
      // The format says it.
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
    },
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema, $id, ...schema }]) => [
      name,
      isRequest(name) ? schema : open(schema),
    ]),
  );
}

/** Answers may grow members: here a client must not be told that there are no others. */
function open<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map(open) as T;
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).flatMap(([key, value]) =>
      key === 'additionalProperties' && value === false ? [] : [[key, open(value)]],
    ),
  ) as T;
}

const credential = (text: string) => ({ type: 'http', scheme: 'bearer', description: text });

const securitySchemes = {
  operator: credential('A credential with the role `operator`'),
};

const header = (text: string, type: string) => ({ description: text, schema: { type } });

const headers = {
  Age: header('Seconds since the answer was last known to hold', 'integer'),
  'Cache-Control': header('`max-age`: the whole limit of the kind; 0 on a stale answer', 'string'),
  'Cache-Status': header('RFC 9211', 'string'),
  'Casper-Block-Height': header('The last block through which the answer is known to hold', 'integer'),
  Location: header('Where the run is reported', 'string'),
  ETag: header('Weak, over `data` alone', 'string'),
  'Retry-After': header('Seconds', 'integer'),
};
