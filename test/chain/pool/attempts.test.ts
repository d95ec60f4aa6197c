import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type Answering, type FakeNode, poolOf, startFakeNode } from './fake-node.ts';

let n1: FakeNode;
let n2: FakeNode;
beforeEach(async () => {
  n1 = await startFakeNode('one');
  n2 = await startFakeNode('two');
});
afterEach(() => {
  n1.close();
  n2.close();
});

const json = { 'content-type': 'application/json' };
const status =
  (code: number, headers = {}): Answering =>
  (response) =>
    void response.writeHead(code, headers).end();
const megabyte = '0'.repeat(1024 * 1024);
const wrongAnswers: readonly (readonly [string, Answering])[] = [
  ['text instead of JSON', (response) => void response.writeHead(200, json).end('Welcome to nginx!')],
  ['a page', (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html></html>')],
  ['an empty body', (response) => void response.writeHead(200, json).end()],
  ['301', status(301, { location: 'http://127.0.0.1:9/' })],
  ['401', status(401)],
  ['403', status(403)],
  ['429', status(429)],
  ['429 with Retry-After', status(429, { 'retry-after': '30' })],
  ['500', status(500)],
  ['503', status(503)],
  ['a closed connection', (response) => void response.destroy()],
  [
    'a truncated body',
    (response, ok) => {
      response.writeHead(200, { ...json, 'content-length': ok.length });
      response.write(ok.slice(0, 20), () => response.destroy());
    },
  ],
  ['a wrong id', (response, ok) => void response.writeHead(200, json).end(ok.replace(/"id":\d+/, '"id":999999'))],
  [
    '50 MB',
    (response) => {
      response.on('error', () => undefined);
      response.writeHead(200, json).write('{"jsonrpc":"2.0","id":1,"result":"');
      for (let sent = 0; sent < 50; sent += 1) response.write(megabyte);
      response.end('"}');
    },
  ],
  [
    'an error of its own',
    (response, ok) =>
      void response
        .writeHead(200, json)
        .end(JSON.stringify({ jsonrpc: '2.0', id: JSON.parse(ok).id, error: { code: -32603, message: 'internal' } })),
  ],
];

test.each(wrongAnswers)(
  '%s from the first node: the value comes from the second one, after one call each',
  async (_what, answer) => {
    n1.answer = answer;
    const { call } = poolOf([n1, n2]);
    expect(await call()).toBe('two');
    expect([n1.calls, n2.calls]).toEqual([1, 1]);
  },
);

describe('A write', () => {
  const submit = (nodes: readonly FakeNode[]) => poolOf(nodes).submit();

  test.each([
    ['hangs up', ((response) => void response.destroy()) as Answering],
    ['answers 500', status(500)],
    ['answers what is not JSON', ((response) => void response.writeHead(200, json).end('{')) as Answering],
  ])('to a node that %s is unknown, and sent to no other one', async (_what, answer) => {
    n1.answer = answer;
    expect(await submit([n1, n2])).toBe('SubmissionUnknown');
    expect([n1.calls, n2.calls]).toEqual([1, 0]);
  });

  test.each([
    ['asks for a pause', status(429)],
    ['refuses the credential', status(401)],
  ])('goes on to the next node where the first one %s', async (_what, answer) => {
    n1.answer = answer;
    expect(await submit([n1, n2])).toBe('two');
    expect([n1.calls, n2.calls]).toEqual([1, 1]);
  });

  test('goes on to the next node where the first one refuses the connection', async () => {
    n1.close();
    expect(await submit([n1, n2])).toBe('two');
    expect(n2.calls).toBe(1);
  });

  test('is sent once, over a new connection, also after a pooled one was dropped', async () => {
    const pool = poolOf([n1]);
    expect(await pool.call()).toBe('one');
    n1.answer = (response) => void response.destroy();
    const now = performance.now();
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => now + idleMs);
    try {
      expect(await pool.submit()).toBe('SubmissionUnknown');
    } finally {
      clock.mockRestore();
    }
    expect(n1.calls).toBe(2);
  });
});

/** A pooled connection that lay idle for longer than this may be replaced, and its request sent again. */
const idleMs = 600;

test('requests that wait for a connection go elsewhere once the node has asked for a pause', async () => {
  n1.answer = status(429, { 'retry-after': '30' });
  const pool = poolOf([n1, n2]);
  const answers = await Promise.all(Array.from({ length: 120 }, () => pool.call()));
  expect(answers).toEqual(Array(120).fill('two'));
  // As many as are sent at once, and no request that waited behind them.
  expect(n1.calls).toBeLessThanOrEqual(30);
});
