import { afterEach, expect, test } from '@jest/globals';
import { createRefusals, createWorkLimit } from '../../../../infra/local/gateway/work-limit.ts';
import { closeAll, everywhere, start } from '../local-api.ts';

afterEach(closeAll);

const path = '/v1/accounts/a';
const operatorPath = '/v1/ready';

test('requests beyond the limit are refused at once with 503, and the places are given back', async () => {
  const releases: (() => void)[] = [];
  const asked: (() => void)[] = [];
  const atWork = () => new Promise<void>((resolve) => asked.push(resolve));
  const handler = () => {
    asked.shift()?.();
    return new Promise<object>((resolve) => releases.push(() => resolve({ served: true })));
  };
  const url = await start(everywhere(handler), { maxRequests: 2 });
  const begun = [atWork(), atWork()];
  const served = [fetch(url + path), fetch(url + path)];
  await Promise.all(begun);
  const refused = await fetch(url + path);
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(await refused.json()).toMatchObject({ code: 'overloaded', retryable: true, status: 503 });

  // What an operator looks at has places of its own.
  const health = fetch(url + operatorPath);
  await new Promise<void>((resolve) => {
    const poll = () => (releases.length === 3 ? resolve() : setImmediate(poll));
    poll();
  });
  for (const release of releases.splice(0)) release();
  expect((await Promise.all([...served, health])).map(({ status }) => status)).toEqual([200, 200, 200]);

  const begunAgain = atWork();
  const again = fetch(url + path);
  await begunAgain;
  releases[0]?.();
  expect((await again).status).toBe(200);
});

test('a place is given back once, also after a failure', () => {
  const limit = createWorkLimit(1);
  const leave = limit.enter();
  expect(limit.enter()).toBeUndefined();
  leave?.();
  leave?.();
  expect(limit.enter()).toBeDefined();
  expect(limit.enter()).toBeUndefined();
});

test('refusals are few in each turn of the event loop, however many wait: the work goes on between them', async () => {
  const turn = createRefusals(2);
  let refused = 0;
  const count = (): void => {
    refused += 1;
  };
  for (let n = 0; n < 1000; n++) void turn().then(count);
  const perTurn: number[] = [];
  while (refused < 1000) {
    const before = refused;
    await new Promise((resolve) => setImmediate(resolve));
    perTurn.push(refused - before);
  }
  expect(Math.max(...perTurn)).toBeLessThanOrEqual(4);
  expect(perTurn.length).toBeGreaterThan(240);
});
