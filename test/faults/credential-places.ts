import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import examplesOfContract from '../../lib/runtime/contract/examples.json' with { type: 'json' };
import type { Operation } from '../../lib/runtime/contract/operation.ts';

const { account, transaction } = recordedExamples['chain-a'];

type Headers = Readonly<Record<string, string>>;

/** Method, path with query, headers and body. */
export type CredentialRequest = readonly [string, string, Headers, string | undefined];

/** Requests to one operation with a credential in each place that a caller may put it. */
export function requestsWith(credential: string, operation: Operation, operator: Headers): CredentialRequest[] {
  const { method, path, operationId, parameters = [] } = operation;
  const asOperator = { ...operator, 'content-type': 'application/json' };
  const named = path.replace('{collection}', 'villas').replace('{tokenId}', '0');
  const filled = named.replaceAll(/\{\w+\}/g, path.includes('/transactions/') ? transaction : account);
  const { request: example = {} } = (examplesOfContract as Record<string, { request?: unknown }>)[operationId] ?? {};
  const hasBody = method !== 'GET' && method !== 'DELETE';
  const body = hasBody ? JSON.stringify(example) : undefined;
  const inHeader = (name: string): CredentialRequest => [method, filled, { ...asOperator, [name]: credential }, body];
  const basic = `Basic ${Buffer.from(`ada:${credential}`).toString('base64')}`;
  const schemes = [`Bearer ${credential}`, basic, `Digest ${credential}`, credential, `Bearer ${credential}x`];
  const query = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  return [
    ...schemes.map((authorization): CredentialRequest => [method, filled, { ...asOperator, authorization }, body]),
    ...['x-api-key', 'cookie', 'idempotency-key', 'if-none-match', 'if-match', 'user-agent', 'referer'].map(inHeader),
    ...['accept', 'cache-control', 'x-amzn-trace-id', 'content-type', 'content-encoding'].map(inHeader),
    ...[...query, 'access_token', credential].map(
      (name): CredentialRequest => [method, `${filled}?${name}=${credential}`, asOperator, body],
    ),
    ...[...path.matchAll(/\{\w+\}/g)].map(
      ([name]): CredentialRequest => [
        method,
        path
          .replace(name, credential)
          .replace('{collection}', 'villas')
          .replaceAll(/\{\w+\}/g, '0'),
        asOperator,
        body,
      ],
    ),
    ...(hasBody ? bodiesWith(credential, example) : []).map(
      (sent): CredentialRequest => [method, filled, asOperator, sent],
    ),
  ];
}

/** The example with the credential as each of its texts, as the name of a member and as all of it. An application's own data may hold it. */
function bodiesWith(credential: string, example: unknown): string[] {
  const members = typeof example === 'object' && example !== null ? Object.entries(example) : [];
  return [
    credential,
    JSON.stringify(credential),
    JSON.stringify({ ...Object.fromEntries(members), [credential]: credential }),
    ...members.map(([name]) => JSON.stringify({ ...Object.fromEntries(members), [name]: credential })),
    ...['note', 'reviewer', 'name'].map((name) =>
      JSON.stringify({ ...Object.fromEntries(members), [name]: `see ${credential}.` }),
    ),
  ];
}
