import { expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { callerAddress } from '../../../lib/runtime/access/caller-address.ts';

const key = 'a-key-that-only-cloudfront-has-and-shows';
const eventWith = (headers: Record<string, string>) =>
  ({ headers, requestContext: { http: { sourceIp: '203.0.113.7' } } }) as unknown as APIGatewayProxyEventV2;

test.each([
  ['CloudFront shows its key', key, { 'x-astake-edge': key, 'x-astake-viewer': '192.0.2.1' }, '192.0.2.1'],
  ['it is an address of IPv6', key, { 'x-astake-edge': key, 'x-astake-viewer': '2001:db8::1' }, '2001:db8::1'],
  ['the key is another one', key, { 'x-astake-edge': `${key}x`, 'x-astake-viewer': '192.0.2.1' }, '203.0.113.7'],
  ['no key is shown', key, { 'x-astake-viewer': '192.0.2.1', 'x-forwarded-for': '192.0.2.1' }, '203.0.113.7'],
  ['it is no address', key, { 'x-astake-edge': key, 'x-astake-viewer': 'key:ada' }, '203.0.113.7'],
  ['the viewer is not named', key, { 'x-astake-edge': key }, '203.0.113.7'],
  ['nothing is in front', null, { 'x-astake-edge': '', 'x-astake-viewer': '192.0.2.1' }, '203.0.113.7'],
])('rule LIMIT-13: whose request it is when %s', (_, edgeKey, headers, expected) => {
  expect(callerAddress(eventWith(headers as unknown as Record<string, string>), edgeKey)).toBe(expected);
});
