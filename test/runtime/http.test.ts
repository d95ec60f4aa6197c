import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { Audience } from '../../lib/domain/audience.ts';
import { StoreUnavailable } from '../../lib/domain/errors.ts';
import { anonymous } from '../../lib/domain/principal.ts';
import { authorizerResult } from '../../lib/runtime/access/authorizer-context.ts';
import { outcomeIn } from '../../lib/runtime/batch-answer.ts';
import { http } from '../../lib/runtime/http.ts';
import { jsonReply } from '../../lib/runtime/reply.ts';
import { service } from '../../lib/runtime/service.ts';

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
    const handler = http(() => new Promise(() => {}), 'anyone') as unknown as Handle;
    const answer = handler(event, { getRemainingTimeInMillis: () => 1_000 } as Context);
    await jest.advanceTimersByTimeAsync(1_000);
    const { statusCode, headers, body } = await answer;
    expect([statusCode, headers?.['retry-after']]).toEqual([503, '2']);
    expect(JSON.parse(body ?? '')).toMatchObject({ code: 'timed_out', status: 503, retryable: true });
  });

  test('an error that the code does not know is a defect: 500 without a word of it, and counted', async () => {
    const counted = () => service().telemetry.counts().Defect ?? 0;
    const before = counted();
    const answering = (error: Error) =>
      (http(() => Promise.reject(error), 'anyone') as unknown as Handle)(event, {
        getRemainingTimeInMillis: () => 3_000,
      } as Context);
    expect((await answering(new StoreUnavailable('away'))).statusCode).toBe(503);
    expect(counted()).toBe(before);
    const { statusCode, body } = await answering(new TypeError('s3cret is not a function'));
    expect([statusCode, JSON.parse(body ?? '').code, body?.includes('s3cret')]).toEqual([500, 'internal_error', false]);
    expect(counted()).toBe(before + 1);
  });

  test('so is one of a part of a batch, and the other parts are answered', () => {
    const counted: string[] = [];
    const quiet = (): void => undefined;
    const outcome = outcomeIn('r-1', {
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
      metrics: { count: (metric) => void counted.push(metric), gauge: quiet, measure: quiet, upstream: quiet },
    });
    expect(outcome({ id: 1 }, { error: new StoreUnavailable('away') })).toMatchObject({
      error: { code: 'store_unavailable' },
    });
    expect(counted).toEqual([]);
    expect(outcome({ id: 2 }, { error: new TypeError('s3cret') })).toMatchObject({ error: { code: 'internal_error' } });
    expect(counted).toEqual(['Defect']);
  });

  describe('who calls is', () => {
    const operator = { ...anonymous, name: 'key:one', kind: 'key', roles: ['operator'] } as const;
    const ask = async (authorizer: object | undefined, route: string, headers = {}, audience?: Audience) => {
      const handler = http(
        async ({ principal }) => jsonReply({ caller: principal.name }),
        audience,
      ) as unknown as Handle;
      const requestContext = { ...event.requestContext, authorizer };
      const asked = { ...event, routeKey: route, headers, requestContext } as unknown as APIGatewayProxyEventV2;
      const {
        statusCode,
        body,
        headers: sent,
      } = await handler(asked, { getRemainingTimeInMillis: () => 3_000 } as Context);
      const { caller, code } = JSON.parse(body ?? '');
      return [statusCode, caller ?? code, sent?.['www-authenticate']];
    };
    const lambda = (outcome: Parameters<typeof authorizerResult>[0]) => ({ lambda: authorizerResult(outcome).context });
    const guarded = 'POST /v1/sync';

    test.each([
      [
        'an IAM principal',
        { iam: { userArn: 'arn:aws:iam::000000000001:user/ada' } },
        'arn:aws:iam::000000000001:user/ada',
      ],
      ['whom the authorizer names', lambda(operator), 'key:one'],
    ])('%s', async (_, authorizer, caller) => {
      expect(await ask(authorizer, guarded)).toEqual([200, caller, undefined]);
    });

    test('anonymous without a credential, on open routes alone', async () => {
      expect(await ask(undefined, 'GET /v1/ready')).toEqual([200, 'anonymous', undefined]);
      expect(await ask(undefined, guarded)).toEqual([401, 'unauthenticated', 'Bearer realm="Astake Lookup"']);
    });

    test('refused where the credential is not valid: on open routes too', async () => {
      const challenge = 'Bearer realm="Astake Lookup", error="invalid_token"';
      const refused = [401, 'unauthenticated', challenge];
      expect(await ask(lambda({ refused: 'invalid' }), guarded)).toEqual(refused);
      expect(await ask(undefined, 'GET /v1/ready', { authorization: 'Bearer x' })).toEqual(refused);
      expect(await ask(undefined, '$default', { authorization: 'Bearer x' })).toEqual(refused);
      expect(await ask(undefined, 'GET /v1/ready', { authorization: 'Digest x' })).toEqual(refused);
    });

    test('never who a header or another member of the context names', async () => {
      const forged = { 'x-amzn-principal': 'key:one', outcome: JSON.stringify({ principal: operator }) };
      expect((await ask(undefined, guarded, forged))[0]).toBe(401);
      expect((await ask({ outcome: JSON.stringify({ principal: operator }) }, guarded))[0]).toBe(401);
    });

    test('refused without the role, which the challenge names', async () => {
      const auditor = { ...operator, roles: ['auditor'] as const };
      expect(await ask(lambda(auditor), guarded)).toEqual([
        403,
        'forbidden',
        'Bearer realm="Astake Lookup", error="insufficient_scope", scope="operator"',
      ]);
    });

    test('refused on a route that the contract does not know', async () => {
      expect((await ask(lambda(operator), 'GET /v1/unheard-of'))[0]).toBe(403);
    });

    test('asked to come again while it cannot be known', async () => {
      const unavailable = { refused: 'unavailable', error: new StoreUnavailable('away') } as const;
      expect((await ask(lambda(unavailable), guarded)).slice(0, 2)).toEqual([503, 'store_unavailable']);
    });
  });
});
