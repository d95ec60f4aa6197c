import { expect, test } from '@jest/globals';
import type { Schemas } from '../../lib/client/index.ts';
import { gradeOf, hopFacts, nodesOf, requestVerdict } from '../../lib/pages/console/views/hop-words.ts';

type Explanation = Schemas['Explanation'];
type Hop = Explanation['hops'][number];

const hop = (step: Hop['step'], outcome: string, rest: Partial<Hop> = {}): Hop => ({ at: 0, step, outcome, ...rest });
const of = (hops: readonly Hop[], rest: Partial<Explanation> = {}): Explanation => ({
  requestId: 'r',
  route: 'GET /v1/accounts/{id}',
  at: '2026-11-30T00:00:00.000Z',
  tookMs: 10,
  keptBecause: 'sampled',
  status: 200,
  code: null,
  detail: null,
  hops,
  leftOut: 0,
  ...rest,
});

test.each([
  [of([hop('answer', 'cache')]), 'It was answered from the cache', 'good'],
  [of([hop('answer', 'history')]), 'It was answered from the history of the record', 'good'],
  [of([hop('answer', 'database', { stale: true })]), 'It was answered from the database, and is stale', 'warn'],
  [of([hop('answer', 'cache'), hop('answer', 'chain_unavailable')]), 'It had 2 answers: 1 failed, 0 stale', 'bad'],
  [of([], { status: 503, code: 'chain_unavailable' }), 'It failed: chain unavailable, status 503', 'bad'],
  [of([]), 'It was answered with status 200', 'good'],
])('the verdict in a sentence: %#', (explanation, text, grade) => {
  expect(requestVerdict(explanation)).toEqual({ text, grade });
});

test('each node: how many calls it has answered, and why it did not answer the last one', () => {
  const node = { node: 'a', breaker: 'closed' } as const;
  const hops = [
    hop('node', 'answered', { ...node, tookMs: 5 }),
    hop('node', 'has none', { ...node, tookMs: 9 }),
    hop('node', 'throttled', { ...node, tookMs: 2, why: 'RpcFailure: http_429' }),
    hop('node', 'no answer', { ...node, breaker: 'open', why: 'asked for a pause' }),
    hop('node', 'answered', { node: 'b', tookMs: 1 }),
  ];
  expect(nodesOf(hops)).toEqual([
    { node: 'a', answered: 2, failed: 1, slowestMs: 9, breaker: 'open', why: 'no answer: asked for a pause' },
    { node: 'b', answered: 1, failed: 0, slowestMs: 1, breaker: undefined, why: undefined },
  ]);
});

test('figures of a step have names and units', () => {
  expect(
    hopFacts(hop('node', 'answered', { method: 'chain_get_block', tookMs: 1_200, waitedMs: 3, breaker: 'closed' })),
  ).toBe('chain_get_block, took 1,200 ms, of which it waited 3 ms, breaker closed');
  expect(hopFacts(hop('cache', 'expired', { height: 60, age: 130, limit: -1 }))).toBe(
    'block 60, 2 min old, not usable at any age',
  );
  expect(hopFacts(hop('retry', 'after the pause that nodes ask for', { waitedMs: 80 }))).toBe('after 80 ms');
  expect([gradeOf(hop('cache', 'miss')), gradeOf(hop('node', 'given up'))]).toEqual(['plain', 'bad']);
});
