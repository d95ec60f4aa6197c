import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import type { Functions, Handler } from '../../../infra/local/aws/functions.ts';
import { startHttpApi } from '../../../infra/local/gateway/http-api.ts';
import { ChainUnavailable } from '../../../lib/domain/errors.ts';
import { note } from '../../../lib/domain/trace.ts';
import { http } from '../../../lib/runtime/http.ts';
import { asInstance } from '../../../lib/runtime/service.ts';
import { createTelemetry } from '../../../lib/runtime/telemetry.ts';
import { startService, type TestService } from '../../support/service.ts';

let world: TestService;

beforeAll(async () => {
  world = await startService();
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(() => world.close());

const callers = 20;

/** All requests are at work before the first one goes on, and each goes on after the one that began after it. */
async function interleaved() {
  jest.replaceProperty(process, 'env', { ...process.env, POWERTOOLS_LOG_LEVEL: 'INFO' });
  const lines: string[] = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  // As deployed: a local run logs by other code.
  const telemetry = createTelemetry('dev');
  const running = { ...world.service, telemetry, log: telemetry.log, metrics: telemetry.metrics };
  const turns = Array.from({ length: callers + 1 }, () => Promise.withResolvers<void>());
  let atWork = 0;
  const handle = http(async ({ parameters, headers, requestId, principal }, { log, metrics }) => {
    const own = Number(parameters.id);
    log.info('begun', { own });
    note({ step: 'cache', outcome: `own ${own}` });
    atWork += 1;
    if (atWork === callers) turns[callers]?.resolve();
    await turns[own + 1]?.promise;
    log.info('going on', { own });
    metrics.count('AnswerFromChain');
    note({ step: 'chain', outcome: `own ${own}` });
    turns[own]?.resolve();
    if (own % 2 === 1) throw new ChainUnavailable(`own ${own}`);
    return { status: 200, headers: {}, body: { own, requestId, asked: headers['x-own'], caller: principal } };
  }, 'anyone');
  const functions: Functions = new Map([
    ['get-entity', ((event, context) => asInstance(running, () => handle(event as never, context))) as Handler],
  ]);
  const routes = [{ method: 'GET', path: '/own/{id}', function: 'get-entity', audience: 'anyone' }] as const;
  const api = await startHttpApi({ functions, routes });
  const answers = await Promise.all(
    Array.from({ length: callers }, async (_, own) => {
      const response = await fetch(`${api.url}/own/${own}`, { headers: { 'x-own': String(own) } });
      return { own, status: response.status, body: await response.json() };
    }),
  );
  await api.close();
  telemetry.flush(true);
  const written = lines.flatMap((line) => line.trim().split('\n')).map((line) => JSON.parse(line));
  return { answers, written };
}

test('of requests that one process serves at once each has its own id, log lines and explanation, and all counts are published', async () => {
  const { answers, written } = await interleaved();
  const ids = new Map<number, string>();
  for (const { own, status, body } of answers) {
    expect(status).toBe(own % 2 === 1 ? 503 : 200);
    if (own % 2 === 1)
      expect(body).toMatchObject({ code: 'chain_unavailable', detail: expect.stringContaining(`own ${own}`) });
    else expect(body).toMatchObject({ own, asked: String(own) });
    ids.set(own, body.requestId);
  }
  expect(new Set(ids.values()).size).toBe(callers);
  const logged = written.filter(({ own }) => own !== undefined);
  expect(logged).toHaveLength(2 * callers);
  expect(logged.map(({ own, requestId }) => [own, requestId])).toEqual(logged.map(({ own }) => [own, ids.get(own)]));
  const counted = written.flatMap(({ AnswerFromChain }) => AnswerFromChain ?? []);
  expect(counted.reduce((sum: number, one: number) => sum + one, 0)).toBe(callers);
  const kept = await Promise.all(
    [...ids].map(
      async ([own, id]) => [own, await world.service.explanations.find(id, world.service.clock.now())] as const,
    ),
  );
  const failed = kept.flatMap(([own, explanation]) => (explanation === undefined ? [] : [[own, explanation] as const]));
  expect(failed.length).toBeGreaterThan(0);
  for (const [own, { hops }] of failed)
    expect(new Set(hops.map(({ outcome }) => outcome))).toEqual(new Set([`own ${own}`]));
});
