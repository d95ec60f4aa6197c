import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { http } from '../../lib/runtime/http.ts';
import { jsonReply } from '../../lib/runtime/reply.ts';

const event = {
  version: '2.0',
  routeKey: 'GET /v1/health',
  rawPath: '/v1/health',
  rawQueryString: '',
  headers: {},
  requestContext: { requestId: 'r-1', http: { method: 'GET', path: '/v1/health' } },
  isBase64Encoded: false,
} as unknown as APIGatewayProxyEventV2;

type Handle = (event: APIGatewayProxyEventV2, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;

beforeEach(() => {
  Object.assign(process.env, {
    ASTAKE_ENVIRONMENT: 'local',
    CASPER_RPC_URLS: 'http://127.0.0.1:1',
    CASPER_CHAIN_NAME: 'a-chain',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  });
});
afterEach(() => {
  jest.useRealTimers();
});

describe('the edge of an HTTP function', () => {
  test('a function that runs out of time answers that the same request may succeed later, and names no defect', async () => {
    jest.useFakeTimers();
    const handler = http(() => new Promise(() => {})) as unknown as Handle;
    const answer = handler(event, { getRemainingTimeInMillis: () => 1_000 } as Context);
    await jest.advanceTimersByTimeAsync(1_000);
    const { statusCode, headers, body } = await answer;
    expect([statusCode, headers?.['retry-after']]).toEqual([503, '2']);
    expect(JSON.parse(body ?? '')).toMatchObject({ code: 'timed_out', status: 503, retryable: true });
  });

  test.each([
    [{ iam: { userArn: 'arn:aws:iam::000000000001:user/ada' } }, 'arn:aws:iam::000000000001:user/ada'],
    [undefined, 'anonymous'],
  ])('the caller is who the gateway has authenticated: %j', async (authorizer, caller) => {
    const handler = http(async (request) => jsonReply({ caller: request.principal.name })) as unknown as Handle;
    const authenticated = { ...event, requestContext: { ...event.requestContext, authorizer } };
    const { body } = await handler(authenticated as APIGatewayProxyEventV2, {} as Context);
    expect(JSON.parse(body ?? '')).toEqual({ caller });
  });
});
