import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Functions, invokeFunction, loadFunctions } from '../../infra/local/aws/functions.ts';
import type { Reads } from '../../lib/domain/audience.ts';
import { anonymous, mayAct, type Principal, type Role, roles } from '../../lib/domain/principal.ts';
import { createAuthenticate } from '../../lib/runtime/access/authenticate.ts';
import { authorizerResult } from '../../lib/runtime/access/authorizer-context.ts';
import { readConfig } from '../../lib/runtime/config.ts';
import type { Operation } from '../../lib/runtime/contract/operation.ts';
import { operations } from '../../lib/runtime/contract/operations.ts';
import { asInstance, type Running } from '../../lib/runtime/service.ts';

let functions: Functions;
const finds: string[] = [];
beforeAll(async () => {
  functions = await loadFunctions();
});

/** Has what the edge needs and nothing else: a handler that is let pass fails, which is no refusal. */
function edgeOnly(reads: Reads): Running {
  const clock = { now: () => 1, steady: () => 1 };
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const keys = { find: async (id: string) => void finds.push(id) };
  return {
    config: readConfig({ CASPER_RPC_URLS: 'https://node.example/rpc', ASTAKE_READS: reads }),
    telemetry: { begin() {}, flush() {}, log, metrics: { count() {} } },
    authenticate: createAuthenticate({ keys, issuers: [], localKey: null, clock, log }),
    definitions: new Map(),
    keepExplanation: async () => false,
    clock,
    log,
  } as unknown as Running;
}

interface Asked {
  readonly principal?: Principal;
  readonly authorization?: string;
  readonly reads?: Reads;
}

async function ask({ method, path, function: name }: Operation, { principal, authorization, reads = 'open' }: Asked) {
  const event = {
    version: '2.0',
    routeKey: `${method} ${path}`,
    rawPath: path,
    rawQueryString: '',
    headers: authorization === undefined ? {} : { authorization },
    requestContext: {
      requestId: 'r',
      http: { method, path },
      ...(principal !== undefined && { authorizer: { lambda: authorizerResult(principal).context } }),
    },
    isBase64Encoded: false,
  };
  const answer = (await asInstance(edgeOnly(reads), () => invokeFunction(functions, name, event, 'r'))) as {
    statusCode: number;
    headers: Record<string, string>;
    body: string;
  };
  return { status: answer.statusCode, challenge: answer.headers['www-authenticate'] };
}

const holder = (...held: Role[]): Principal => ({
  ...anonymous,
  name: 'key:one',
  kind: 'key',
  roles: held,
  application: 'shop',
});
const isLet = ({ status }: { status: number }): boolean => status !== 401 && status !== 403;

describe.each(operations.map((operation) => [`${operation.method} ${operation.path}`, operation] as const))(
  '%s (rule ACCESS-4)',
  (_, operation) => {
    const { audience, tag } = operation;
    // Rule LOCAL-1: an application's own data is never for anyone.
    const isOpenTo = (reads: Reads) => audience === 'reader' && reads === 'open' && tag !== 'Local data';

    test.each(['open', 'readers'] as const)(
      'lets pass exactly the callers with the role; reads are %s',
      async (reads) => {
        const isFree = audience === 'anyone' || isOpenTo(reads);
        for (const role of roles) {
          const answer = await ask(operation, { principal: holder(role), reads });
          expect([role, isLet(answer)]).toEqual([role, isFree || mayAct({ roles: [role] }, audience as Role)]);
          if (!isLet(answer)) {
            expect(answer.status).toBe(403);
            expect(answer.challenge).toBe(
              `Bearer realm="Astake Lookup", error="insufficient_scope", scope="${audience}"`,
            );
          }
        }
        expect(isLet(await ask(operation, { principal: holder(), reads }))).toBe(isFree);
        const without = await ask(operation, { reads });
        expect([isLet(without), without.challenge]).toEqual([
          isFree,
          isFree ? undefined : 'Bearer realm="Astake Lookup"',
        ]);
      },
    );

    test.each([
      'Bearer nonsense',
      'Bearer ',
      'Bearer a.b.c',
      'Basic bWU6eA==',
      'Digest x',
      'astk_x',
      `Bearer astk_${'0'.repeat(12)}_${'A'.repeat(49)}`,
    ])('refuses %s, also where none is needed', async (authorization) => {
      const { status, challenge } = await ask(operation, { authorization });
      expect([status, challenge]).toEqual([401, 'Bearer realm="Astake Lookup", error="invalid_token"']);
    });
  },
);

test('a caller without a credential costs no reading of keys', async () => {
  finds.length = 0;
  for (const operation of operations) await ask(operation, {});
  expect(finds).toEqual([]);
});
