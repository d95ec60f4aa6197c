import type { IncomingMessage } from 'node:http';
import { beforeAll, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { type Functions, loadFunctions } from '../../infra/local/aws/functions.ts';
import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { gatewayEvent } from '../../infra/local/gateway/gateway-event.ts';
import { matchRoute } from '../../infra/local/gateway/match-route.ts';
import { routes } from '../../infra/manifest.ts';
import { clValueDecoder } from '../../lib/chain/rpc/casper-sdk.ts';
import { asInstance } from '../../lib/runtime/service.ts';
import { inVirtualTime } from '../support/in-virtual-time.ts';
import { createVirtualNetwork } from '../support/virtual-network.ts';

const { account } = recordedExamples['chain-a'];
const deadlineMs = 1_500;
const height = 60;

let functions: Functions;
beforeAll(async () => {
  functions = await loadFunctions(['get-entity', 'lookup']);
  await clValueDecoder();
});

/** The handler's answer to a request with `?minHeight`, and how many virtual milliseconds it took. */
async function ask(method: string, rawPath: string, minHeight: number, body = '') {
  const match = matchRoute(routes, method, rawPath);
  const handler = match && functions.get(match.route.function);
  if (match === undefined || handler === undefined) throw new Error(`no function serves ${method} ${rawPath}`);
  const type = 'application/json';
  const headers = { headers: { 'content-type': type }, headersDistinct: { 'content-type': [type] } };
  const event = gatewayEvent({
    message: { method, httpVersion: '1.1', ...headers, socket: {} } as unknown as IncomingMessage,
    rawPath,
    rawQueryString: `minHeight=${minHeight}`,
    match,
    requestId: 'a request',
    body: Buffer.from(body),
    now: new Date(),
  });
  const context = { awsRequestId: 'a request', getRemainingTimeInMillis: () => 29_000 } as Context;
  const { service } = createVirtualNetwork({ height, env: { ASTAKE_DEADLINE_MS: String(deadlineMs) } });
  const began = performance.now();
  const answer = (await asInstance(service, () => handler(event, context))) as { statusCode: number; body: string };
  return { status: answer.statusCode, body: JSON.parse(answer.body), ms: performance.now() - began };
}

test('a height that does not come within the deadline is 412, and retryable', () =>
  inVirtualTime(async () => {
    const { status, body, ms } = await ask('GET', '/v1/assets/villas/0', height + 5);
    expect({ status, code: body.code, retryable: body.retryable }).toEqual({
      status: 412,
      code: 'too_old',
      retryable: true,
    });
    expect(ms).toBeGreaterThan(deadlineMs / 2);
    expect(ms).toBeLessThanOrEqual(deadlineMs);
  }));

test('a height holds for each item of a batch', () =>
  inVirtualTime(async () => {
    const refs = [
      { kind: 'account', id: account },
      { kind: 'account', id: 'alice' },
    ];
    const { status, body } = await ask('POST', '/v1/lookup', height + 5, JSON.stringify({ refs }));
    expect(status).toBe(200);
    expect(body.results.map(({ error }: { error: { code: string } }) => error.code)).toEqual(['too_old', 'invalid_id']);
  }));
