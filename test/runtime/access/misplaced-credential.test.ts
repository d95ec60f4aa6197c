import { describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { keyOf } from '../../../lib/domain/api-key.ts';
import { anonymous } from '../../../lib/domain/principal.ts';
import { authorizerResult } from '../../../lib/runtime/access/authorizer-context.ts';
import { holdsCredential } from '../../../lib/runtime/access/misplaced-credential.ts';
import { http } from '../../../lib/runtime/http.ts';
import { jsonReply } from '../../../lib/runtime/reply.ts';
import { asInstance } from '../../../lib/runtime/service.ts';
import { startService, type TestService } from '../../support/service.ts';

const { key } = keyOf(new Uint8Array(40).fill(7));
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const token = `${part({ alg: 'ES256' })}.${part({ sub: 'ada' })}.${'s'.repeat(86)}`;

test.each([
  ['a key', key, true],
  ['a key inside a sentence', `see ${key}, please`, true],
  ['a key after a broken one', `astk_${'0'.repeat(12)}_${'A'.repeat(49)} ${key}`, true],
  ['a key with more letters', `x${key}y`, true],
  ['a token', token, true],
  ['a token inside a sentence', `see ${token}.`, true],
  ['the public part of a key', key.slice(0, 17), false],
  ['the form of a key with a wrong checksum', `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`, false],
  ['three words with dots', 'villa.number.12', false],
  ['a part of a token', token.split('.')[0] ?? '', false],
  ['an account', `account-hash-${'ab'.repeat(32)}`, false],
])('%s counts as a credential: %#', (_, text, expected) => {
  expect(holdsCredential(text)).toBe(expected);
});

describe('a credential that is not in Authorization is refused, and is not in the answer (rule ACCESS-28)', () => {
  const principal = { ...anonymous, name: 'key:one', kind: 'key', roles: ['operator'] } as const;
  const event = {
    ...{ version: '2.0', routeKey: 'POST /v1/sync', rawPath: '/v1/sync', rawQueryString: '', headers: {} },
    ...{ body: '{}', isBase64Encoded: false },
    requestContext: {
      requestId: 'r',
      http: { method: 'POST', path: '/v1/sync' },
      authorizer: { lambda: authorizerResult(principal).context },
    },
  };
  const handler = http(
    async (request) => jsonReply({ value: request.json(10_000), parameters: request.parameters }),
    'operator',
  ) as unknown as (event: APIGatewayProxyEventV2, context: Context) => Promise<{ statusCode: number; body: string }>;
  const escaped = `\\u0061${key.slice(1)}`;
  const percent = `%61${key.slice(1)}`;

  async function ask(parts: object): Promise<{ statusCode: number; body: string }> {
    const world: TestService = await startService();
    try {
      const asked = { ...event, ...parts } as unknown as APIGatewayProxyEventV2;
      return await asInstance(world.service, () => handler(asked, {} as Context));
    } finally {
      await world.close();
    }
  }

  test.each<readonly [string, string, object]>([
    ['path', 'the path', { rawPath: `/v1/accounts/${key}` }],
    ['query', 'a parameter', { rawQueryString: `tokenId=${token}` }],
    ['query', 'the name of a parameter', { rawQueryString: `${key}=1` }],
    ['query', 'a parameter in percent-encoding', { rawQueryString: `tokenId=${percent}` }],
    ['query', 'a parameter that cannot be read', { rawQueryString: `tokenId=${key}+%ff` }],
    ['Idempotency-Key', 'the idempotency key', { headers: { 'idempotency-key': key } }],
    ['body', 'a text of the body', { body: JSON.stringify({ note: `see ${key}` }) }],
    ['body', 'the name of a member', { body: JSON.stringify({ [token]: 1 }) }],
    ['body', 'a text with escapes', { body: `{"note":"${escaped}"}` }],
    ['body', 'a body in base64', { body: Buffer.from(`"${key}"`).toString('base64'), isBase64Encoded: true }],
  ])('%s: %s', async (path, _, parts) => {
    const { statusCode, body } = await ask(parts);
    expect([statusCode, JSON.parse(body).errors]).toEqual([
      400,
      [{ path, message: expect.stringMatching(/credential/) }],
    ]);
    for (const secret of [key.split('_')[2] ?? '', token.split('.')[2] ?? '', percent])
      expect(body).not.toContain(secret);
  });

  test('and a request without one passes', async () => {
    expect((await ask({ body: '{"note":"astk_ and eyJ"}' })).statusCode).toBe(200);
  });
});
