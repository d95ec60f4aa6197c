import { expect, test } from '@jest/globals';
import { loadFunctions } from '../../infra/local/functions.ts';
import { functionNames, routes } from '../../infra/manifest.ts';

test('every function of the manifest is there, and is loaded once', async () => {
  const [loaded, again] = [await loadFunctions(), await loadFunctions()];
  expect([...loaded.keys()]).toEqual(functionNames);
  for (const [name, handler] of loaded) expect(again.get(name)).toBe(handler);
});

test('every function is served or invoked, and every route has one that is there', () => {
  const served = new Set(routes.map((route) => route.function));
  expect(functionNames.filter((name) => !served.has(name))).toEqual(['refresh']);
  expect(new Set(routes.map(({ method, path }) => `${method} ${path}`)).size).toBe(routes.length);
});
