import { expect, test } from '@jest/globals';
import { failureOf } from '../../lib/cli/failure.ts';
import { createClient } from '../../lib/client/index.ts';

const textOf = async (problem: { readonly status: number; readonly code: string }, headers = {}) => {
  const body = { type: 'about:blank', title: 'No', detail: 'it is so', retryable: false, requestId: 'r', ...problem };
  const answer = () =>
    Promise.resolve(
      new Response(JSON.stringify(body), {
        status: problem.status,
        headers: { 'content-type': 'application/problem+json', ...headers },
      }),
    );
  const client = createClient({ url: 'http://lookup', retries: 0, fetch: answer });
  return failureOf(await client.getHealth().catch((error: unknown) => error), false).text;
};

test('a person at a terminal is shown where the credential is taken from', async () => {
  expect(await textOf({ status: 401, code: 'unauthenticated' })).toContain('ASTAKE_KEY, --key-file or a profile');
  expect(await textOf({ status: 403, code: 'forbidden' })).not.toContain('ASTAKE_KEY');
});

test('when to try again is a sentence of its own', async () => {
  expect(await textOf({ status: 503, code: 'overloaded' }, { 'retry-after': '2' })).toContain(
    'it is so. Try again in 2 s. (request r)',
  );
});
