import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createLocalLog, type LocalLogOptions } from '../../lib/runtime/local-log.ts';
import { currentRequestId, withRequestId } from '../../lib/runtime/request-id.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

function logTo(lines: string[], options: Partial<LocalLogOptions> = {}) {
  const write = (line: string) => void lines.push(line);
  return createLocalLog({ forPeople: true, level: 'INFO', write, requestId: currentRequestId, ...options });
}

test('a line for people has time, level, message and pairs; a stack follows it', () => {
  const lines: string[] = [];
  const log = logTo(lines);
  log.warn('breaker opened', { node: 'own', reason: 'HTTP 500', seconds: 3, at: null, left: undefined });
  log.error('defect', {
    route: 'GET /v1/health',
    error: 'TypeError: x is not a function\n    at one.ts:1\n    at two.ts:2',
  });
  expect(lines.map((line) => line.replace(/^\d\d:\d\d:\d\d/, '<time>'))).toEqual([
    '<time> WARN  breaker opened node=own reason="HTTP 500" seconds=3 at=null',
    '<time> ERROR defect route="GET /v1/health" error="TypeError: x is not a function"\n    at one.ts:1\n    at two.ts:2',
  ]);
});

test('a line for people holds nothing that a terminal obeys', () => {
  const lines: string[] = [];
  const odd = 'x\u001b[2J\u009b1m\u202e';
  logTo(lines).error('defect', { node: odd, error: `body: ${odd}\n    at ${odd}` });
  expect(lines.join().replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
});

test('a line for machines is one JSON object, also with an error of several lines', () => {
  const lines: string[] = [];
  const log = logTo(lines, { forPeople: false, now: () => 0 });
  withRequestId('r-1', () => log.error('defect', { error: new Error('one\ntwo') }));
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 'ERROR',
    message: 'defect',
    timestamp: '1970-01-01T00:00:00.000Z',
    service: 'astake-lookup',
    requestId: 'r-1',
    error: expect.stringContaining('one\ntwo'),
  });
});

test('lines below the level are left out, and with SILENT all are', () => {
  const lines: string[] = [];
  logTo(lines, { level: 'WARN' }).info('one');
  logTo(lines, { level: 'SILENT' }).error('two');
  logTo(lines, { level: 'DEBUG' }).debug('three');
  expect(lines).toHaveLength(1);
});

test('of one cause one line a second is written, with a count of those left out; other causes are not held back', () => {
  const lines: string[] = [];
  const log = logTo(lines);
  for (let n = 0; n < 1000; n++) log.warn('the chain gave no answer', { node: 'a', ref: n, requestId: n });
  log.warn('the chain gave no answer', { node: 'b' });
  log.warn('the store gave no answer');
  expect(lines).toHaveLength(3);
  jest.advanceTimersByTime(1_000);
  expect(lines).toHaveLength(4);
  expect(lines[3]).toMatch(/the chain gave no answer node=a ref=999 .*leftOut=998$/);
  jest.advanceTimersByTime(10_000);
  expect(lines).toHaveLength(4);
  log.warn('the chain gave no answer', { node: 'a' });
  expect(lines).toHaveLength(5);
});

test('invocations that share the process each bear their own request id, also in what they do later', async () => {
  const lines: string[] = [];
  const log = logTo(lines);
  const work = async (name: string) => {
    await Promise.resolve();
    log.warn(name);
  };
  await Promise.all([withRequestId('r-1', () => work('one')), withRequestId('r-2', () => work('two')), work('three')]);
  expect(lines.map((line) => line.slice(9).trim()).sort()).toEqual([
    'WARN  one requestId=r-1',
    'WARN  three',
    'WARN  two requestId=r-2',
  ]);
});
