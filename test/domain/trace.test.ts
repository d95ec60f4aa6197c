import { expect, test } from '@jest/globals';
import { LookupError } from '../../lib/domain/errors.ts';
import { createTrace, note, noteFailure, traced } from '../../lib/domain/trace.ts';

let now = 0;
const started = () => {
  now = 1_000;
  return createTrace({ steady: () => now });
};

test('hops are noted with their moment, in the trace of the request that is at work', async () => {
  const [one, two] = [started(), started()];
  await Promise.all([
    traced(one, async () => {
      await Promise.resolve();
      now += 7;
      note({ step: 'cache', outcome: 'miss' });
    }),
    traced(two, async () => note({ step: 'node', outcome: 'answered', node: 'a', why: () => 'in words' })),
  ]);
  note({ step: 'cache', outcome: 'of no request' });
  expect(one.end()).toEqual({ hops: [{ at: 7, step: 'cache', outcome: 'miss' }], leftOut: 0 });
  expect(two.end().hops).toEqual([{ at: 0, step: 'node', outcome: 'answered', node: 'a', why: 'in words' }]);
});

test('of many hops the first 60 and the last 40 stay, and long texts are cut (rule EXPLAIN-1)', () => {
  const trace = started();
  for (let at = 0; at < 1_000; at += 1) trace.note({ step: 'node', outcome: `${at}`, why: 'x'.repeat(5_000) });
  const { hops, leftOut } = trace.end();
  expect([hops.length, leftOut]).toEqual([100, 900]);
  expect([hops[0], hops[59], hops[60], hops[99]].map((hop) => hop?.outcome)).toEqual(['0', '59', '960', '999']);
  expect(JSON.stringify(hops).length).toBeLessThan(60_000);
});

test('nothing is noted once it was taken', () => {
  const trace = started();
  trace.end();
  trace.note({ step: 'retry', outcome: 'late' });
  expect([trace.isOver, trace.isEmpty]).toEqual([true, true]);
});

test('an error that says nothing of the caller’s fault marks the request as failed', () => {
  const failed = (error: unknown): boolean => {
    const trace = started();
    traced(trace, () => noteFailure('account#1', error));
    return trace.hasFailed;
  };
  expect(failed(new LookupError('chain_unavailable', 'no node'))).toBe(true);
  expect(failed(new TypeError('a defect'))).toBe(true);
  expect(failed(new LookupError('invalid_id', 'no'))).toBe(false);
  expect(failed(new LookupError('rate_limited', 'no'))).toBe(false);
});

test('the text of a defect is not noted: it may hold anything', () => {
  const trace = started();
  traced(trace, () => noteFailure('account#1', new Error('https://node/?key=s3cret')));
  expect(JSON.stringify(trace.end())).not.toContain('s3cret');
});
