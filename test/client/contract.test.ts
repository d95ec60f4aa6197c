import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { clientContract } from '../../infra/client-contract.ts';
import { embeddedRecording } from '../../infra/local/dev-chain/recorded-examples.ts';
import { clientRoutes } from '../../lib/client/contract.ts';
import { ClientError, createClient, type LookupClient } from '../../lib/client/index.ts';
import { operations } from '../../lib/runtime/contract/operations.ts';
import { asOperator, type Local, startLocal } from '../support/local.ts';
import { inputOf } from './inputs.ts';

let local: Local;
beforeAll(async () => {
  local = await startLocal({ recording: embeddedRecording, height: 45 });
});
afterAll(() => local.close());

test('a schema that the client cannot express is refused, and not left out', () => {
  const document = { paths: {}, components: { schemas: { Odd: { allOf: [{ type: 'string' }] } } } };
  expect(() => clientContract(document)).toThrow('cannot express');
});

describe('every operation of the document', () => {
  const sent: string[] = [];
  const client = () =>
    createClient({
      url: local.url,
      token: asOperator.authorization.replace('Bearer ', ''),
      retries: 0,
      fetch: (url, init) => {
        sent.push(`${init?.method} ${new URL(String(url)).pathname}`);
        return fetch(url, init);
      },
    });

  test('has a method, and no other one has', () => {
    expect(Object.keys(clientRoutes).sort()).toEqual(operations.map(({ operationId }) => operationId).sort());
  });

  test.each(operations.map((operation) => [operation.operationId, operation] as const))(
    'is reached by its method: %s',
    async (operationId, { method, path, responses }) => {
      sent.length = 0;
      const call = client()[operationId as keyof typeof clientRoutes] as (input: object) => Promise<unknown>;
      const outcome = await call(inputOf(operationId)).then(
        () => 200,
        (error: unknown) => (error instanceof ClientError ? error.status : error),
      );
      const [line = ''] = sent;
      expect(line).toMatch(new RegExp(`^${method} ${path.replace(/\{\w+\}/g, '[^/]+')}$`));
      // An example may be about what this store does not have. What the document does not describe would not be an answer of the route.
      expect(outcome === 200 || String(outcome) in responses || outcome === 404).toBe(true);
    },
  );

  test('succeeds where the recorded chain has what the example asks for', async () => {
    const all = client() as unknown as Record<string, (input: object) => Promise<unknown>>;
    const reading = operations.filter(({ method, tag }) => method === 'GET' && /Lookups|Status|Sync|Keys/.test(tag));
    // The ids of those are of the store that the examples were recorded with.
    const elsewhere = ['getKey', 'getExplanation'];
    for (const { operationId } of reading.filter(({ operationId }) => !elsewhere.includes(operationId))) {
      expect([operationId, await all[operationId]?.(inputOf(operationId))]).toEqual([operationId, expect.any(Object)]);
    }
  });
});

test('a client has no member but operations and what needs more than one request', () => {
  const more = ['pages', 'items', 'request', 'follow', 'waitForTransaction', 'readFrom', 'minHeight'];
  const client: LookupClient = createClient({ url: 'http://127.0.0.1' });
  expect(Object.keys(client).filter((name) => !(name in clientRoutes))).toEqual(more);
});
