import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createRpcClient } from '../../../lib/chain/rpc/rpc-client.ts';
import { type Answering, endpointOf, type FakeNode, poolOf, sound, startFakeNode } from './fake-node.ts';

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
const absent: Answering = (response, ok) => {
  const { id } = JSON.parse(ok);
  const error = { code: -32003, message: 'Query failed', data: 'value was not found in the global state' };
  response.writeHead(200, json).end(JSON.stringify({ jsonrpc: '2.0', id, error }));
};
const delayed =
  (milliseconds: number, then: Answering): Answering =>
  async (response, ok, request) => {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    if (!response.destroyed) await then(response, ok, request);
  };

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

test.each(wrongAnswers)('%s from the first node: the second one’s value, one call each', async (_what, answer) => {
  n1.answer = answer;
  const { call } = poolOf([n1, n2]);
  expect(await call()).toBe('two');
  expect([n1.calls, n2.calls]).toEqual([1, 1]);
});

describe('A hedge', () => {
  const hedged = { hedgeMs: 100 };

  test('is answered by the other node, the slow one is left and blamed for nothing', async () => {
    n1.answer = delayed(1_400, sound);
    const pool = poolOf([n1, n2], hedged);
    expect(await pool.call()).toBe('two');
    expect([n1.calls, n2.calls, pool.counted('ChainHedge')]).toEqual([1, 1, 1]);
    for (let wait = 0; wait < 100 && n1.abandoned === 0; wait += 1)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(n1.abandoned).toBe(1);
    expect(pool.counted('UpstreamFailures')).toBe(0);
    // The next ones go to the other node at once.
    expect(await pool.call()).toBe('two');
    expect(n1.calls).toBe(1);
  });

  test('is not sent when the first node answers in time', async () => {
    const pool = poolOf([n1, n2], hedged);
    for (let call = 0; call < 20; call += 1) expect(await pool.call()).toBe('one');
    expect([n1.calls, n2.calls]).toEqual([20, 0]);
  });

  test('that says "absent" does not beat the value of the first node', async () => {
    n1.answer = delayed(500, sound);
    n2.answer = absent;
    expect(await poolOf([n1, n2], hedged).call()).toBe('one');
    expect([n1.calls, n2.calls]).toEqual([1, 1]);
  });

  test('that says "absent" counts when the first node fails', async () => {
    n1.answer = delayed(500, status(500));
    n2.answer = absent;
    expect(await poolOf([n1, n2], hedged).call()).toBe('absent');
    expect([n1.calls, n2.calls]).toEqual([1, 1]);
  });

  test('and an absence ends the race when the first node says so, too', async () => {
    n1.answer = absent;
    expect(await poolOf([n1, n2], hedged).call()).toBe('absent');
    expect([n1.calls, n2.calls]).toEqual([1, 0]);
  });
});

describe('A write', () => {
  const submit = (nodes: readonly FakeNode[]) =>
    poolOf(nodes, { hedgeMs: 50, attemptMs: 600 })
      .upstreams.submit(
        'account_put_transaction',
        {},
        (result) => (result as { value: string }).value,
        AbortSignal.timeout(5_000),
      )
      .then(
        (answered) => ('value' in answered ? answered.value : 'absent'),
        (error: Error) => error.name,
      );

  test('goes to one node, however slow that is', async () => {
    n1.answer = delayed(400, sound);
    expect(await submit([n1, n2])).toBe('one');
    expect([n1.calls, n2.calls]).toEqual([1, 0]);
  });

  test.each([
    ['is silent', delayed(1_000, sound)],
    ['hangs up', ((response) => void response.destroy()) as Answering],
    ['answers 500', status(500)],
    ['answers what cannot be read', ((response) => void response.writeHead(200, json).end('{')) as Answering],
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

  test('goes on to the next node where nobody listens', async () => {
    n1.close();
    expect(await submit([n1, n2])).toBe('two');
    expect(n2.calls).toBe(1);
  });

  test('is sent once over a connection of its own, though older ones have been dropped', async () => {
    const pool = poolOf([n1]);
    expect(await pool.call()).toBe('one');
    n1.answer = (response) => void response.destroy();
    await new Promise((resolve) => setTimeout(resolve, 600));
    const name = await pool.upstreams
      .submit('a', {}, () => 1, AbortSignal.timeout(3_000))
      .catch((error: Error) => error.name);
    expect(name).toBe('SubmissionUnknown');
    expect(n1.calls).toBe(2);
  });
});

describe('Retries', () => {
  /** A mix of failures and answers, by a seed. */
  function mixed(seed: number, failing: number): Answering {
    let state = seed;
    const random = () => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return state / 2_147_483_648;
    };
    const failures = wrongAnswers.filter(([what]) => !/Retry-After|50 MB/.test(what)).map(([, answer]) => answer);
    return (response, ok, request) => {
      const failure = failures[Math.floor(random() * failures.length)] ?? sound;
      return random() < failing ? failure(response, ok, request) : sound(response, ok, request);
    };
  }

  test.each([0.05, 0.2, 0.5, 0.9, 1].map((failing) => [failing] as const))(
    'stay within their budget when a node fails a share of %d',
    async (failing) => {
      const calls = 200;
      for (const seed of [1, 7]) {
        const node = await startFakeNode('one', mixed(seed, failing));
        const pool = poolOf([node]);
        const began = node.calls;
        for (let call = 0; call < calls; call += 20) await Promise.all(Array.from({ length: 20 }, pool.call));
        const extra = node.calls - began - calls;
        node.close();
        expect({ seed, within: extra <= 10 + calls * 0.1 }).toEqual({ seed, within: true });
        expect(pool.counted('ChainRetry')).toBeLessThanOrEqual(10 + calls * 0.1);
      }
    },
  );

  test('help a single node over a moment', async () => {
    let failed = 0;
    n1.answer = (response, ok, request) => {
      if (failed > 0) return sound(response, ok, request);
      failed += 1;
      response.writeHead(503).end();
    };
    expect(await poolOf([n1]).call()).toBe('one');
    expect(n1.calls).toBe(2);
  });
});

describe('A node with a rate of calls of its own', () => {
  const limited = (callsPerSecond: number) => ({ endpoints: [endpointOf(n1, { callsPerSecond }), endpointOf(n2)] });

  test('is not waited for while another one is free', async () => {
    const pool = poolOf([], limited(1));
    const answers = await Promise.all(Array.from({ length: 6 }, pool.call));
    expect(answers.filter((answer) => answer === 'one').length).toBeLessThanOrEqual(2);
    expect(answers.filter((answer) => answer === 'two').length).toBeGreaterThanOrEqual(4);
  });

  test('serves that rate however much more is asked of it', async () => {
    const pool = poolOf([], { endpoints: [endpointOf(n1, { callsPerSecond: 20 })], attemptMs: 300 });
    for (let round = 0; round < 20; round += 1) {
      void pool.call();
      void pool.call();
      void pool.call();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    // A second's worth and a little, of three times as many.
    expect(n1.calls).toBeGreaterThanOrEqual(15);
    expect(n1.calls).toBeLessThanOrEqual(32);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await pool.call()).toBe('one');
  });
});

describe('A request that waits for its turn', () => {
  test('goes elsewhere when the node has asked for a pause meanwhile', async () => {
    n1.answer = status(429, { 'retry-after': '30' });
    const pool = poolOf([n1, n2]);
    const answers = await Promise.all(Array.from({ length: 120 }, pool.call));
    expect(answers).toEqual(Array(120).fill('two'));
    expect(n1.calls).toBeLessThanOrEqual(30);
  });

  test('goes elsewhere when the node hangs', async () => {
    n1.answer = () => undefined;
    for (const hedgeMs of [0, 100]) {
      const pool = poolOf([n1, n2], { attemptMs: 500, hedgeMs });
      expect(await Promise.all(Array.from({ length: 120 }, pool.call))).toEqual(Array(120).fill('two'));
    }
  });

  test('is no failure of a node whose secret does not come, beyond one attempt', async () => {
    const never = { value: () => new Promise<string>(() => undefined), refused: () => undefined };
    const client = createRpcClient({ url: n1.url, header: { name: 'x', secret: never } });
    const endpoints = [endpointOf(n1, { client }), endpointOf(n2)];
    const pool = poolOf([], { endpoints, attemptMs: 400 });
    expect([await pool.call(), await pool.call()]).toEqual(['two', 'two']);
    expect(n1.calls).toBe(0);
  });
});

test('a node that fails at state, whatever it tells of its status, is asked last', async () => {
  const odd: Answering = (response, ok) => {
    const error = { code: -32003, message: 'Query failed', data: null };
    response.writeHead(200, json).end(JSON.stringify({ jsonrpc: '2.0', id: JSON.parse(ok).id, error }));
  };
  n1.answer = odd;
  const pool = poolOf([n1, n2]);
  for (let call = 0; call < 10; call += 1) expect(await pool.call()).toBe('two');
  expect(n1.calls).toBe(3);
});

test('a node of another operator is hedged with first, unless it is not at its best', async () => {
  const n3 = await startFakeNode('three');
  n1.answer = delayed(1_000, sound);
  const endpoints = [
    endpointOf(n1, { operator: 'a' }),
    endpointOf(n2, { operator: 'a' }),
    endpointOf(n3, { operator: 'b' }),
  ];
  expect(await poolOf([], { endpoints, hedgeMs: 100 }).call()).toBe('three');
  n3.close();
});

test('a node with a rate of calls of its own is asked no faster', async () => {
  const pool = poolOf([], { endpoints: [endpointOf(n1, { callsPerSecond: 10 })] });
  const began = performance.now();
  const answers = await Promise.all(Array.from({ length: 10 }, pool.call));
  expect(answers).toEqual(Array(10).fill('one'));
  // Two or three at once, and the others at 100 ms each.
  expect(performance.now() - began).toBeGreaterThanOrEqual(650);
});
