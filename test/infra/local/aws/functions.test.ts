import { expect, test } from '@jest/globals';
import { loadFunctions } from '../../../../infra/local/aws/functions.ts';
import {
  functionDefinition,
  functionNames,
  functionsRunBy,
  routes,
  schedules,
  streams,
} from '../../../../infra/manifest.ts';

test('every function of the manifest exists, and is loaded once', async () => {
  const [loaded, again] = [await loadFunctions(), await loadFunctions()];
  expect([...loaded.keys()]).toEqual(functionNames);
  for (const [name, handler] of loaded) expect(again.get(name)).toBe(handler);
});

test('every function has a route, a schedule, a stream or an invoker; every route has an existing function', () => {
  const run = new Set([
    ...[...routes, ...streams].map((each) => each.function),
    ...functionNames.flatMap((name) => functionDefinition(name).invokes ?? []),
    ...schedules.flatMap(({ stateMachine }) => functionsRunBy(stateMachine)),
  ]);
  expect(functionNames.filter((name) => !run.has(name))).toEqual(['authorize', 'refresh']);
  expect([...run].filter((name) => !functionNames.some((known) => known === name))).toEqual([]);
  expect(new Set(routes.map(({ method, path }) => `${method} ${path}`)).size).toBe(routes.length);
});
