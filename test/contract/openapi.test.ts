import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { methodsOf, routes } from '../../infra/manifest.ts';
import { openApi } from '../../lib/runtime/contract.ts';
import { type Local, startLocal } from '../support/local.ts';

const document = openApi();
const methods = ['get', 'post', 'put', 'delete', 'patch'];
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ method, path, operation: operation as Described })),
);

interface Described {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly security?: readonly object[];
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}

let local: Local;
beforeAll(async () => {
  local = await startLocal();
});
afterAll(() => local.close());

test('the document has every route of the manifest and no other', () => {
  const served = routes.flatMap((route) =>
    route.path === '$default' ? [] : [`${methodsOf(route)[0].toLowerCase()} ${route.path}`],
  );
  expect(operations.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(served.sort());
  expect(operations.every(({ method }) => methods.includes(method))).toBe(true);
});

test('routes that take no credential name no security, the others do', () => {
  const guarded = routes.filter(({ audience }) => audience === 'writer' || audience === 'operator');
  for (const { method, path, operation } of operations) {
    const needs = guarded.some((route) => route.path === path && route.method.toLowerCase() === method);
    expect([method, path, operation.security !== undefined]).toEqual([method, path, needs]);
  }
  const named = operations.flatMap(({ operation }) => (operation.security ?? []).flatMap(Object.keys));
  expect([...new Set(named)].sort()).toEqual(Object.keys(document.components.securitySchemes).sort());
});

test('the parameters of each path are described, required, and all that it has', () => {
  for (const { path, operation } of operations) {
    const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect([path, inPath.map(({ name }) => name)]).toEqual([path, names]);
    expect(inPath.every(({ required }) => required)).toBe(true);
    const all = (operation.parameters ?? []).map((parameter) => `${parameter.in} ${parameter.name}`);
    expect(new Set(all).size).toBe(all.length);
  }
});

test('operation ids are unique, and each operation and each of its answers is described', () => {
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { operation } of operations) {
    expect(operation.summary).not.toBe('');
    expect(Object.keys(operation.responses).length).toBeGreaterThan(1);
    for (const [status, { description }] of Object.entries(operation.responses)) {
      expect(status).toMatch(/^[2345]\d\d$/);
      expect(description).not.toBe('');
    }
  }
});

test('every reference leads somewhere, and every component is referred to', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]*)"/g)].map(([, at = '']) => at);
  expect(references.length).toBeGreaterThan(50);
  for (const at of references) {
    const found = at.split('/').reduce<unknown>((value, name) => (value as Record<string, unknown>)?.[name], document);
    expect([at, typeof found]).toEqual([at, 'object']);
  }
  const { securitySchemes: _, ...referred } = document.components;
  const components = Object.entries(referred).flatMap(([group, members]) =>
    Object.keys(members).map((name) => `components/${group}/${name}`),
  );
  expect(components.filter((at) => !references.includes(at))).toEqual([]);
});

test('no schema names itself by address or draft: the document is one 3.1 description', () => {
  expect(document.openapi).toMatch(/^3\.1\./);
  expect(JSON.stringify(document)).not.toMatch(/"\$(schema|id|defs)"/);
});

test('answers may grow members, requests may not', () => {
  const isRequest = ([name]: [string, unknown]) => name.endsWith('Request');
  const schemas: [string, unknown][] = Object.entries(document.components.schemas);
  for (const request of schemas.filter(isRequest))
    expect(JSON.stringify(request)).toContain('"additionalProperties":false');
  expect(JSON.stringify(schemas.filter((schema) => !isRequest(schema)))).not.toContain('"additionalProperties":false');
});

test('it is served as it is, and may be kept', async () => {
  const { status, headers, body } = await local.get('/v1/openapi.json');
  expect([status, headers.get('content-type')]).toEqual([200, 'application/json']);
  expect(headers.get('cache-control')).toBe('max-age=300');
  expect(body).toEqual(JSON.parse(JSON.stringify(document)));
});
