import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { embeddedRecording, recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { functionNames, isOpen, routes } from '../../infra/manifest.ts';
import examples from '../../lib/runtime/contract/examples.json' with { type: 'json' };
import { openApi } from '../../lib/runtime/contract/openapi.ts';
import { type Operation, sharedResponses } from '../../lib/runtime/contract/operation.ts';
import { operations } from '../../lib/runtime/contract/operations.ts';
import { type Local, startLocal } from '../support/local.ts';
import { undescribed } from './undescribed.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests look into every part of a JSON document
type Json = any;

const exampleHeight = 45;
const document: Json = JSON.parse(JSON.stringify(openApi()));
const documented: readonly { method: string; path: string; operation: Json }[] = Object.entries(document.paths).flatMap(
  ([path, item]) => Object.entries(item as Json).map(([method, operation]) => ({ method, path, operation })),
);

let local: Local;
beforeAll(async () => {
  local = await startLocal({ recording: embeddedRecording, height: exampleHeight });
});
afterAll(() => local.close());

describe('the routes', () => {
  test('name functions that exist', () => {
    for (const { path, function: name } of routes) {
      const file = join(import.meta.dirname, `../../functions/${name}.ts`);
      expect([path, functionNames.includes(name), existsSync(file)]).toEqual([path, true, true]);
    }
  });

  test('have one operation for each method and path', () => {
    const keys = operations.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(documented).toHaveLength(operations.length);
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('need a credential in the document exactly if the gateway requires one', () => {
    for (const { method, path, audience } of operations) {
      const { security } = document.paths[path][method.toLowerCase()];
      const needsNone = security.some((one: object) => Object.keys(one).length === 0);
      // Local data belongs to an application, which only a credential names.
      expect([path, needsNone]).toEqual([path, isOpen(audience) && !/\/local(\/|$)/.test(path)]);
      const role = audience === 'anyone' ? [] : [audience];
      expect([path, security]).toEqual([path, expect.arrayContaining([{ bearer: role }])]);
    }
    const used = documented.flatMap(({ operation }) => operation.security.flatMap(Object.keys));
    expect([...new Set(used)].sort()).toEqual(Object.keys(document.components.securitySchemes).sort());
  });

  test('have a required parameter for each name in the path, and no parameter twice', () => {
    for (const { path, operation } of documented) {
      const parameters: Json[] = operation.parameters ?? [];
      const inPath = parameters.filter((parameter) => parameter.in === 'path');
      expect([path, inPath.map(({ name }) => name)]).toEqual([
        path,
        [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
      ]);
      expect(inPath.every(({ required }) => required)).toBe(true);
      const all = parameters.map((parameter) => `${parameter.in} ${parameter.name}`);
      expect(new Set(all).size).toBe(all.length);
    }
  });
});

describe('the document', () => {
  test('is served unchanged, and may be cached', async () => {
    const { status, headers, body } = await local.get('/v1/openapi.json');
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(headers.get('cache-control')).toBe('public, max-age=300');
    expect(body).toEqual(document);
  });

  test('describes every property, parameter, header, response, operation, schema and tag', async () => {
    const { body } = await local.get('/v1/openapi.json');
    expect(undescribed(body)).toEqual([]);
  });

  test('is reported as incomplete when a description is missing', () => {
    const copy = structuredClone(document);
    delete copy.components.schemas.Meta.properties.age.description;
    copy.components.schemas.Batch.properties.results.items.anyOf[0].properties.ref.description = ' ';
    delete copy.components.responses.Defect.description;
    delete copy.paths['/v1/lookup'].post.parameters[0].description;
    delete copy.paths['/v1/sync'].get.description;
    copy.tags[0].description = '';
    expect(undescribed(copy).sort()).toEqual([
      '/components/responses/Defect',
      '/components/schemas/Batch/properties/results/items/anyOf/0/properties/ref',
      '/components/schemas/Meta/properties/age',
      '/paths/~1v1~1lookup/post/parameters/0',
      '/paths/~1v1~1sync/get',
      '/tags/0',
    ]);
  });

  test('resolves every reference, and refers to every component', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]*)"/g)].map(([, at = '']) => at);
    expect(references.length).toBeGreaterThan(50);
    for (const at of references) {
      const found = at.split('/').reduce<Json>((value, name) => value?.[name], document);
      expect([at, typeof found]).toEqual([at, 'object']);
    }
    const { securitySchemes: _, ...referred } = document.components;
    const components = Object.entries(referred).flatMap(([group, members]) =>
      Object.keys(members as Json).map((name) => `components/${group}/${name}`),
    );
    expect(components.filter((at) => !references.includes(at))).toEqual([]);
  });

  test('has no schema with an address or a draft of its own', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(JSON.stringify(document)).not.toMatch(/"\$(schema|id|defs)"/);
  });

  test('allows new members in answers, and no unknown members in requests', () => {
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      const isClosed = JSON.stringify(schema).includes('"additionalProperties":false');
      expect([name, isClosed]).toEqual([name, name.endsWith('Request')]);
    }
  });
});

describe('the examples', () => {
  const recorded: Record<string, Json> = examples;
  const success = ({ responses }: Operation) => Object.entries(responses).find(([status]) => status.startsWith('2'));

  test('cover the success of every operation, every body and every shared response', () => {
    for (const operation of operations) {
      const [status = ''] = success(operation) ?? [];
      const { operationId, body, responses } = operation;
      const hasNoBody = responses[Number(status)]?.schema === undefined;
      if (operationId === 'getOpenApi' || hasNoBody) continue;
      const example = recorded[operationId] ?? {};
      expect([operationId, status in example, 'request' in example]).toEqual([operationId, true, body !== undefined]);
    }
    for (const name of Object.keys(sharedResponses)) expect([name, name in recorded]).toEqual([name, true]);
  });

  test('fit the schemas, and have no undescribed member', () => {
    const faults: string[] = [];
    const check = (where: string, schema: z.ZodMiniType | undefined, value: unknown) => {
      const parsed = schema?.safeParse(value);
      if (!parsed?.success) faults.push(`${where}: ${parsed ? z.prettifyError(parsed.error) : 'no schema'}`);
    };
    for (const { operationId, body, responses } of operations) {
      const { request, parameters: _, ...answers } = recorded[operationId] ?? {};
      if (request !== undefined) check(`${operationId} request`, body, request);
      for (const [status, answer] of Object.entries(answers)) {
        check(`${operationId} ${status}`, responses[Number(status)]?.schema, answer);
      }
    }
    for (const [name, { schema }] of Object.entries(sharedResponses)) {
      for (const answer of Object.values(recorded[name])) check(name, schema, answer);
    }
    expect(faults).toEqual([]);
  });

  test('equal the answers of the recorded chain', async () => {
    const { account, transaction } = recordedExamples[embeddedRecording];
    const paths = {
      getAsset: '/v1/assets/villas/0',
      getAccount: `/v1/accounts/${account}`,
      getStaking: `/v1/accounts/${account}/staking`,
      getTransaction: `/v1/transactions/${transaction}`,
    };
    for (const [operationId, path] of Object.entries(paths)) {
      const { status, body } = await local.get(path);
      const { data, meta } = recorded[operationId]['200'];
      expect([operationId, status, body.data, body.meta.block]).toEqual([operationId, 200, data, meta.block]);
    }
  });

  test('have ids in parameters that the recorded chain knows', async () => {
    const open = operations.filter(
      ({ audience, method, operationId, tag }) =>
        isOpen(audience) && method === 'GET' && operationId !== 'getOpenApi' && tag !== 'Local data',
    );
    for (const { operationId, path } of open) {
      const parameters: Json[] = document.paths[path].get.parameters ?? [];
      const value = (name: string) => encodeURIComponent(parameters.find((one) => one.name === name).example);
      const needed = parameters.filter((one) => one.in === 'query' && one.required).map(({ name }) => name);
      const query = needed.length === 0 ? '' : `?${needed.map((name) => `${name}=${value(name)}`).join('&')}`;
      const { status } = await local.get(path.replace(/\{(\w+)\}/g, (_, name) => value(name)) + query);
      expect([operationId, [200, 503].includes(status)]).toEqual([operationId, true]);
    }
  });
});
