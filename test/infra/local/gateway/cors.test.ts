import { afterEach, describe, expect, test } from '@jest/globals';
import { type HttpApiOptions, startHttpApi } from '../../../../infra/local/gateway/http-api.ts';
import type { Listening } from '../../../../infra/local/serve.ts';
import { operations } from '../../../../lib/runtime/contract/operations.ts';
import { corsRules } from '../../../../lib/runtime/cors.ts';

const open: Listening[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(({ close }) => close()));
});

const page = 'https://app.example';
const start = async (origins: readonly string[], options: Partial<HttpApiOptions> = {}): Promise<string> => {
  const functions = new Map([['get-ready', () => ({ statusCode: 200, headers: { vary: 'accept' }, body: '{}' })]]);
  const api = await startHttpApi({ functions, cors: corsRules(origins), ...options });
  open.push(api);
  return api.url;
};

const preflight = (url: string, method: string, origin = page) =>
  fetch(url, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization,content-type',
    },
  });

const allowed = ({ headers }: Response) => headers.get('access-control-allow-origin');

describe('a page of another origin', () => {
  test('may ask before it sends on every route, with every method and header of the contract', async () => {
    const url = await start([page]);
    for (const { method, path, parameters = [] } of operations) {
      const answer = await preflight(url + path.replaceAll(/[{}]/g, ''), method);
      expect([answer.status, allowed(answer)]).toEqual([204, page]);
      expect(answer.headers.get('access-control-allow-methods')?.split(',')).toContain(method);
      const sent = answer.headers.get('access-control-allow-headers')?.split(',');
      const needed = parameters.filter((parameter) => parameter.in === 'header').map(({ name }) => name.toLowerCase());
      expect(sent).toEqual(expect.arrayContaining(['authorization', 'content-type', ...needed]));
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    }
  });

  test('reads the headers of the contract on every answer, refusals of the gateway too', async () => {
    const url = await start([page]);
    const answer = await fetch(`${url}/v1/ready`, { headers: { origin: page } });
    expect([answer.status, allowed(answer), answer.headers.get('vary')]).toEqual([200, page, 'accept, origin']);
    expect(answer.headers.get('access-control-expose-headers')?.split(',')).toEqual(
      expect.arrayContaining(['etag', 'location', 'retry-after', 'casper-block-height', 'www-authenticate']),
    );
    const refusal = await fetch(`${url}/v1/ready?${'x'.repeat(9_000)}`, { headers: { origin: page } });
    expect([refusal.status, allowed(refusal)]).toEqual([414, page]);
  });

  test('that is not configured gets no such header, and a shared cache keeps the answers apart', async () => {
    const url = await start([page]);
    const other = 'https://other.example';
    const answers = [
      await preflight(`${url}/v1/ready`, 'GET', other),
      await fetch(`${url}/v1/ready`, { headers: { origin: other } }),
      await fetch(`${url}/v1/ready`),
    ];
    expect(answers.map(allowed)).toEqual([null, null, null]);
    expect(answers.map(({ headers }) => headers.get('vary'))).toEqual(['origin', 'accept, origin', 'accept, origin']);
  });

  test('of any origin may read where "*" is configured', async () => {
    const answer = await fetch(`${await start(['*'])}/v1/ready`, { headers: { origin: page } });
    expect([allowed(answer), answer.headers.get('vary')]).toEqual(['*', 'accept']);
  });

  test('can do nothing where no origin is configured', async () => {
    const url = await start([]);
    const answer = await fetch(`${url}/v1/ready`, { headers: { origin: page } });
    expect([allowed(answer), answer.headers.get('vary')]).toEqual([null, 'accept']);
  });
});
