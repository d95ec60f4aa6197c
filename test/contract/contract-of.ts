import * as z from 'zod/mini';
import { operations } from '../../lib/runtime/contract/operations.ts';
import type { Got } from '../support/local.ts';

/** What says what a client may do. `Cache-Control` and `Vary` are on every answer, and the limits' on every answer of a limited route. */
const saying = [
  'Age',
  'Allow',
  'Cache-Status',
  'Casper-Block-Height',
  'ETag',
  'Location',
  'Retry-After',
  'WWW-Authenticate',
];

/** The faults of an answer of `GET /v1/…/{…}` against the contract. A member without a description is a fault. */
export function faultsOf(route: string, { status, headers, body }: Got): string[] {
  const [method = '', path = ''] = route.split(' ');
  const operation = operations.find((one) => one.path === path && one.method === method);
  const outcome = operation?.responses[status];
  if (outcome === undefined) return [`${route} is not described with status ${status}`];
  const { headers: always = [], optionalHeaders = [] } = outcome;
  const missing = [
    ...always.filter((name) => !headers.has(name)).map((name) => `no header ${name}`),
    ...saying
      .filter((name) => headers.has(name) && !always.includes(name) && !optionalHeaders.includes(name))
      .map((name) => `the header ${name}, which is not described`),
  ];
  if (outcome.schema === undefined) return body === undefined ? missing : [...missing, 'a body where there is none'];
  const parsed = outcome.schema.safeParse(body);
  return parsed.success ? missing : [...missing, z.prettifyError(parsed.error)];
}
