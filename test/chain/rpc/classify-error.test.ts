import { describe, expect, test } from '@jest/globals';
import { classifyError, speaksAgainstNode } from '../../../lib/chain/rpc/classify-error.ts';
import {
  Abandoned,
  NoPermit,
  NoSuchBlock,
  RpcFailure,
  SubmissionRefused,
  Throttled,
} from '../../../lib/chain/rpc/errors.ts';

const error = (code: number, data: unknown = null) => ({ code, message: 'an error', data });
const http = (status: number, retryAfter?: number) =>
  new RpcFailure('status', `HTTP ${status}`, { status, retryAfter });
const answered = (rpcCode: number) => new RpcFailure('error', `error ${rpcCode}`, { rpcCode });

describe('A JSON-RPC error (rule KIND-1: only an absence that is understood is one)', () => {
  test.each([
    ['no such deploy', error(-32000), 'absent'],
    ['no such account', error(-32009), 'absent'],
    ['no such transaction', error(-32014), 'absent'],
    ['no rewards found', error(-32022), 'absent'],
    ['purse not found', error(-32026), 'absent'],
    ['value not found, of 2.x', error(-32003, 'value was not found in the global state'), 'absent'],
    ['value not found, of 1.x', error(-32003, 'state query failed: ValueNotFound("…")'), 'absent'],
    ['a failed query without a reason', error(-32003), 'elsewhere'],
    ['a failed query for another reason', error(-32003, 'the node is shutting down'), 'elsewhere'],
    ['"not found" in the data of another error', error(-32004, 'not found'), 'elsewhere'],
    ['an invalid request', error(-32600), 'caller'],
    ['invalid parameters', error(-32602), 'caller'],
    ['a key that cannot be parsed', error(-32002), 'caller'],
    ['an identifier that cannot be parsed', error(-32005), 'caller'],
    ['a limit of calls', error(-32018, 'Throttled'), 'later'],
    ['a lost link to the node', error(-32018, 'disconnected'), 'elsewhere'],
    ['no such block', error(-32001), 'elsewhere'],
    ['an internal error', error(-32603), 'elsewhere'],
    ['an unknown code', error(-12345), 'elsewhere'],
    ['data that is not a text', error(-32003, { reason: 'not found' }), 'elsewhere'],
  ])('%s', (_what, given, expected) => {
    expect(classifyError(given)).toBe(expected);
  });
});

describe('A failure', () => {
  test.each([
    ['429', http(429), 'later', false],
    ['429 with Retry-After', http(429, 30), 'later', false],
    ['503 with Retry-After', http(503, 30), 'later', false],
    ['503 with Retry-After: 0', http(503, 0), 'later', false],
    ['a limit of calls, in JSON-RPC', new Throttled(), 'later', false],
    ['503 alone', http(503), 'elsewhere', true],
    ['500 with Retry-After', http(500, 30), 'elsewhere', true],
    ['500', http(500), 'elsewhere', true],
    ['401', http(401), 'elsewhere', true],
    ['no connection', new RpcFailure('connection', 'ECONNREFUSED'), 'elsewhere', true],
    ['no answer in time', new RpcFailure('timeout', 'no answer in time'), 'elsewhere', true],
    ['an answer that is not JSON', new RpcFailure('body', 'not JSON'), 'elsewhere', true],
    ['an internal error', answered(-32603), 'elsewhere', true],
    ['a lost link to the node', answered(-32018), 'elsewhere', true],
    ['another error that the node answered with', answered(-32003), 'elsewhere', false],
    ['no such block', new NoSuchBlock(), 'elsewhere', false],
    ['a refused transaction', new SubmissionRefused(-32018, 'gas price tolerance too low'), 'elsewhere', false],
  ])('%s', (_what, failure, expected, countsAgainstNode) => {
    expect([classifyError(failure), speaksAgainstNode(failure)]).toEqual([expected, countsAgainstNode]);
  });

  test.each([
    ['a caller that stopped waiting', new Abandoned()],
    ['a request that was not sent', new NoPermit()],
    ['an error of this program', new TypeError('a defect')],
  ])('%s does not count against the node', (_what, failure) => {
    expect(speaksAgainstNode(failure)).toBe(false);
  });
});
