import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type Answering, type FakeNode, poolOf, someTransaction, startFakeNode } from './fake-node.ts';

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
const hugeAnswer: Answering = (response) => {
  response.on('error', () => undefined);
  response.writeHead(200, json).write('{"jsonrpc":"2.0","id":1,"result":"');
  for (let sent = 0; sent < 50; sent += 1) response.write(megabyte);
  response.end('"}');
};
const beyond = (text: string): string => text.replace('"fee":0', `"fee":${'9'.repeat(30)}`);
/** With this result, whose text is changed before it is sent. */
const answering =
  (result: unknown, change = (text: string) => text): Answering =>
  (response, ok) =>
    void response.writeHead(200, json).end(change(JSON.stringify({ ...JSON.parse(ok), result })));
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
  ['50 MB', hugeAnswer],
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

describe('A submission', () => {
  const submit = (nodes: readonly FakeNode[], transaction = someTransaction) => poolOf(nodes).submit(transaction);
  const accepting: Answering = (response, ok) =>
    void response
      .writeHead(200, json)
      .end(JSON.stringify({ ...JSON.parse(ok), result: { transaction_hash: { Version1: someTransaction.hash } } }));
  const error =
    (code: number, message: string, data?: unknown): Answering =>
    (response, ok) =>
      void response
        .writeHead(200, json)
        .end(JSON.stringify({ jsonrpc: '2.0', id: JSON.parse(ok).id, error: { code, message, data } }));
  beforeEach(() => {
    n1.answer = accepting;
    n2.answer = accepting;
  });

  test('is accepted by an answer with an integer beyond 2^53', async () => {
    n1.answer = answering({ transaction_hash: { Version1: someTransaction.hash }, fee: 0 }, beyond);
    expect(await submit([n1, n2])).toBe('accepted');
  });

  test('goes to one node, with every digit as it was received (rule SUBMIT-3)', async () => {
    expect(await submit([n1, n2])).toBe('accepted');
    expect([n1.calls, n2.calls]).toEqual([1, 0]);
    expect(n1.received).toContain(
      `"method":"account_put_transaction","params":{"transaction":{"Version1":${someTransaction.transaction}}}}`,
    );
  });

  test.each([
    ['hangs up', ((response) => void response.destroy()) as Answering],
    ['answers 500', status(500)],
    ['answers 503 and asks for a pause', status(503, { 'retry-after': '1' })],
    ['answers what is not JSON', ((response) => void response.writeHead(200, json).end('{')) as Answering],
    ['answers without the hash', ((response, ok) => void response.writeHead(200, json).end(ok)) as Answering],
    ['cannot say what became of it', error(-32018, 'Node request failure', 'request timeout')],
    ['has an error of its own', error(-32603, 'internal')],
    ['answers with 50 MB', hugeAnswer],
    ['answers with an integer beyond 2^53', answering({ fee: 0 }, beyond)],
    [
      'answers with what is nested too deeply',
      answering([], (text) => text.replace('[]', '['.repeat(100_000) + ']'.repeat(100_000))),
    ],
  ])('to a node that %s is unknown, and sent to no other one (rule SUBMIT-3)', async (_what, answer) => {
    n1.answer = answer;
    expect(await submit([n1, n2])).toBe('unknown');
    expect([n1.calls, n2.calls]).toEqual([1, 0]);
  });

  test.each([
    ['asks for a pause', status(429)],
    ['refuses the credential', status(401)],
    ['finds it too large', status(413)],
    ['limits its calls', error(-32018, 'Node request failure', 'request was throttled')],
    ['does not serve the method', error(-32601, 'Method not found')],
  ])('goes on to the next node where the first one %s', async (_what, answer) => {
    n1.answer = answer;
    expect(await submit([n1, n2])).toBe('accepted');
    expect([n1.calls, n2.calls]).toEqual([1, 1]);
  });

  test('goes on to the next node where the first one refuses the connection', async () => {
    n1.close();
    expect(await submit([n1, n2])).toBe('accepted');
    expect(n2.calls).toBe(1);
  });

  test('that reaches no node is unsent', async () => {
    n1.close();
    n2.answer = status(429);
    expect(await submit([n1, n2])).toBe('unsent');
  });

  test.each([
    [-32016, 'Invalid transaction', 'The transaction sent to the network had an invalid chain name'],
    [-32008, 'Invalid deploy', 'insufficient balance'],
    [-32602, 'Invalid params', 'missing field `approvals`'],
    [-32018, 'Node request failure', 'request for submitting a transaction has failed: gas price tolerance too low'],
  ])("refused with %d comes back with the node's own words, and goes to no other node", async (code, message, data) => {
    n1.answer = error(code, message, data);
    expect(await submit([n1, n2])).toBe(`rejected ${code} ${message}: ${data}`);
    expect(n2.calls).toBe(0);
  });

  test.each([
    [-32016, 'The transaction sent to the network had a timestamp that has not yet occurred'],
    [-32008, 'The deploys timestamp is in the future'],
    [-32008, "timestamp of 2026-11-23T00:30:00Z is later than node's timestamp of 2026-11-23T00:29:00Z plus leeway"],
  ])('refused with %d because a clock is ahead may pass later: %s', async (code, data) => {
    n1.answer = error(code, 'Invalid', `the transaction was invalid: ${data}`);
    expect(await submit([n1, n2])).toMatch(/, for now$/);
  });

  test('refused comes back in one line, without what a terminal obeys', async () => {
    n1.answer = error(-32016, 'Invalid\u001b[2J', 'no\n{"level":"ERROR"}\u202e');
    expect(await submit([n1, n2])).toBe('rejected -32016 Invalid [2J: no {"level":"ERROR"} ');
  });

  const about = (onSubmission: Answering, onQuestion: Answering): Answering => {
    return (response, ok, request) =>
      (n1.received.includes('"info_get_transaction"') ? onQuestion : onSubmission)(response, ok, request);
  };
  const showing = (hash: string) => answering({ transaction: { Version1: { hash } } });

  test('that the node has already is accepted, unless the node does not have it', async () => {
    const there = error(-32008, 'Invalid deploy', 'deploy already exists');
    n1.answer = about(there, showing(someTransaction.hash));
    expect(await submit([n1, n2])).toBe('accepted');
    n1.answer = about(there, status(500));
    expect(await submit([n1, n2])).toBe('accepted');
    // The words may be those of the transaction.
    const words = 'no entry point "already exists"';
    n1.answer = about(error(-32016, 'Invalid transaction', words), error(-32014, 'No such transaction'));
    expect(await submit([n1, n2])).toBe(`rejected -32016 Invalid transaction: ${words}`);
    expect(n2.calls).toBe(0);
  });

  test('is known only to a node that shows it (rule SUBMIT-1)', async () => {
    n2.answer = error(-32014, 'No such transaction');
    const sighting = () => poolOf([n1, n2]).upstreams.sight(someTransaction, new AbortController().signal);
    n1.answer = showing(someTransaction.hash);
    expect(await sighting()).toEqual({ knownAt: ['n1'], deniedAt: ['n2'] });
    for (const answer of [
      showing('d'.repeat(64)),
      answering({}),
      answering(someTransaction.hash),
      answering({ transaction: { Deploy: { hash: someTransaction.hash } } }),
    ]) {
      n1.answer = answer;
      expect(await sighting()).toEqual({ knownAt: [], deniedAt: ['n2'] });
    }
  });

  test('goes to the node that is to be last only where no other one takes it', async () => {
    const { upstreams } = poolOf([n1, n2]);
    const submitted = () => upstreams.submit(someTransaction, new AbortController().signal, 'n1');
    expect(await submitted()).toEqual({ outcome: 'accepted', node: 'n2' });
    n2.answer = status(429);
    expect(await submitted()).toEqual({ outcome: 'accepted', node: 'n1' });
  });

  test('of a deploy goes to a 1.5 node by the method that it has', async () => {
    n1.answer = (response, ok, request) => {
      const isOld = n1.received.includes('"account_put_deploy"');
      return (isOld ? accepting : error(-32601, 'Method not found'))(response, ok, request);
    };
    expect(await submit([n1, n2], { ...someTransaction, kind: 'Deploy' })).toBe('accepted');
    expect([n1.calls, n2.calls]).toEqual([2, 0]);
    expect(n1.received).toContain(`"params":{"deploy":${someTransaction.transaction}}}`);
  });

  test('is sent once, over a new connection, also after a pooled one was dropped', async () => {
    const pool = poolOf([n1]);
    n1.answer = (response, ok) => void response.writeHead(200, json).end(ok);
    expect(await pool.call()).toBe('one');
    n1.answer = (response) => void response.destroy();
    const now = performance.now();
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => now + idleMs);
    try {
      expect(await pool.submit()).toBe('unknown');
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
