import { once } from 'node:events';
import * as http from 'node:http';
import * as https from 'node:https';
import { createServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createResolveHost } from '../../../lib/runtime/webhooks/resolve-host.ts';
import { createWebhookSender, type SenderSettings } from '../../../lib/runtime/webhooks/webhook-sender.ts';
import { certificateFor } from '../../support/certificate.ts';
import { startNameServer } from '../../support/name-server.ts';
import { drip, type Listening, listening, speaking } from '../../support/receivers.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const now = Date.parse('2026-01-01T00:00:00.000Z');
const clock = { now: () => now, steady: () => performance.now() };
const private_: SenderSettings = { clock, ports: [443], allowPrivate: true };
const strict: SenderSettings = { clock, ports: [443], allowPrivate: false };
const body = '{"id":"RecordChanged#asset#a#1","text":"é"}';
const post = (url: string, settings: SenderSettings) =>
  createWebhookSender(settings).send({ url, headers: { 'webhook-id': 'evt_1' }, body });

const open = async (server: Promise<Listening>): Promise<Listening> => {
  const begun = await server;
  closing.push(begun.close);
  return begun;
};

const receiver = async (answer: http.RequestListener) => {
  const { port, connections } = await open(listening(http.createServer(answer)));
  return { url: `http://127.0.0.1:${port}/hook?a=b`, port, connections };
};

const speakingAt = async (say: (socket: Socket) => void) => `http://127.0.0.1:${(await open(speaking(say))).port}/`;

describe('a receiver', () => {
  test('gets one POST with the body, its headers and no others', async () => {
    const got: unknown[] = [];
    const { url } = await receiver(async (request, response) => {
      got.push([request.method, request.url, request.headers, await text(request)]);
      response.writeHead(204).end();
    });
    expect(await post(url, private_)).toMatchObject({ problem: null, status: 204, retryAfter: null, errorCode: null });
    expect(got).toEqual([
      [
        'POST',
        '/hook?a=b',
        {
          'webhook-id': 'evt_1',
          'content-type': 'application/json',
          'content-length': String(Buffer.byteLength(body)),
          'user-agent': 'astake-lookup',
          host: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
          connection: 'close',
        },
        body,
      ],
    ]);
  });

  test.each([400, 404, 410, 429, 500, 503])('that answers %i has not taken it', async (status) => {
    const { url } = await receiver((_, response) => response.writeHead(status, { 'retry-after': '120' }).end('no'));
    expect(await post(url, private_)).toMatchObject({ problem: 'status', status, retryAfter: 120 });
  });

  test.each([
    ['a moment', new Date(now + 90_000).toUTCString(), 90],
    ['too long', '999999999', 86_400],
    ['a past moment', new Date(0).toUTCString(), 0],
    ['nothing that can be read', 'soon', null],
  ])('may ask to be left alone for %s', async (_, header, retryAfter) => {
    const { url } = await receiver((_request, response) => response.writeHead(503, { 'retry-after': header }).end());
    expect((await post(url, private_)).retryAfter).toEqual(retryAfter);
  });

  test('that is not there is unreachable', async () => {
    const server = createServer();
    const { port } = await open(listening(server));
    await new Promise((resolve) => server.close(resolve));
    const outcome = await post(`http://127.0.0.1:${port}/`, private_);
    expect(outcome).toMatchObject({ problem: 'unreachable', errorCode: 'ECONNREFUSED', status: null });
  });
});

describe('a hostile receiver costs no more than the time of one request (rule HOOK-4)', () => {
  const short: SenderSettings = { ...private_, timeoutMs: 300 };
  const head = 'HTTP/1.1 200 OK\r\n';

  test('one that never answers', async () => {
    expect(await post(await speakingAt(() => {}), short)).toMatchObject({ problem: 'timed_out', status: null });
  });

  test('one that never finishes its headers', async () => {
    const url = await speakingAt((socket) => drip(socket, head, 'X-A: b\r\n'));
    expect(await post(url, short)).toMatchObject({ problem: 'timed_out', status: null });
  });

  test('one that says again and again that it is still processing', async () => {
    const url = await speakingAt((socket) => drip(socket, '', 'HTTP/1.1 102 Processing\r\n\r\n'));
    expect(await post(url, short)).toMatchObject({ problem: 'timed_out', status: null });
  });

  test('one that sends its answer byte by byte: a 200 that does not end is no success', async () => {
    const url = await speakingAt((socket) => drip(socket, `${head}Content-Length: 60000\r\n\r\n`, 'a'));
    expect(await post(url, short)).toMatchObject({ problem: 'timed_out', status: null });
  });

  test('one that answers 1 GB: 64 KB are read', async () => {
    let sent = 0;
    const { url } = await receiver(async (_, response) => {
      const chunk = Buffer.alloc(65_536);
      response.writeHead(200, { 'content-length': String(2 ** 30) });
      response.on('error', () => {});
      const closed = once(response, 'close');
      while (sent < 2 ** 30 && !response.destroyed) {
        sent += chunk.length;
        if (!response.write(chunk)) await Promise.race([once(response, 'drain'), closed]);
      }
    });
    expect(await post(url, private_)).toMatchObject({ problem: 'answer_too_large', status: 200 });
    // What the buffers of two sockets take.
    expect(sent).toBeLessThan(2 ** 26);
  });

  test('one with endless headers', async () => {
    const url = await speakingAt((socket) => socket.write(`${head}${`X-A: ${'b'.repeat(1_000)}\r\n`.repeat(100)}\r\n`));
    expect(await post(url, private_)).toMatchObject({ problem: 'unreachable', errorCode: 'HPE_HEADER_OVERFLOW' });
  });

  test.each([
    ['closes at once', (socket: Socket) => socket.end()],
    ['speaks no HTTP', (socket: Socket) => socket.end('220 mail.example ESMTP\r\n')],
    ['breaks off its answer', (socket: Socket) => socket.end(`${head}Content-Length: 10\r\n\r\nabc`)],
    [
      'changes the protocol',
      (socket: Socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'),
    ],
  ])('one that %s', async (_, say) => {
    expect(await post(await speakingAt(say), { ...private_, timeoutMs: 5_000 })).toMatchObject({
      problem: 'unreachable',
    });
  });
});

describe('a redirect is not followed (rule HOOK-4)', () => {
  test.each(['http://169.254.169.254/latest/meta-data/', 'http://localhost:PORT/', 'https://hooks.example/'])(
    'to %s',
    async (to) => {
      const asked: unknown[] = [];
      const { url, port, connections } = await receiver((request, response) => {
        asked.push(request.url);
        response.writeHead(307, { location: to.replace('PORT', String(port)) }).end();
      });
      expect(await post(url, private_)).toMatchObject({ problem: 'redirected', status: 307 });
      expect([asked, connections()]).toEqual([['/hook?a=b'], 1]);
    },
  );
});

describe('a name is looked up once, and its addresses are checked (rule HOOK-4)', () => {
  const names = {
    'private.example': ['10.0.0.7'],
    'metadata.example': ['169.254.169.254'],
    'here.example': ['127.0.0.1'],
    'two.example': ['8.8.8.8', '127.0.0.1'],
    'mapped.example': ['::ffff:127.0.0.1'],
    'six.example': ['8.8.8.8', 'fd00:ec2::254'],
    'empty.example': [],
  };

  test.each([
    ['private.example', 'address_refused'],
    ['metadata.example', 'address_refused'],
    ['here.example', 'address_refused'],
    ['two.example', 'address_refused'],
    ['mapped.example', 'address_refused'],
    ['six.example', 'address_refused'],
    ['empty.example', 'host_unknown'],
    ['unknown.example', 'host_unknown'],
  ])('%s: %s', async (name, problem) => {
    const server = await startNameServer(names);
    closing.push(server.close);
    const outcome = await post(`https://${name}/`, { ...strict, resolve: createResolveHost([server.address]) });
    expect(outcome).toMatchObject({ problem, status: null });
    expect(server.asked.toSorted()).toEqual([`A ${name}`, `AAAA ${name}`]);
  });

  test('the connection goes to the checked address, and the receiver sees its own name', async () => {
    const hosts: unknown[] = [];
    const { port } = await receiver((request, response) => {
      hosts.push(request.headers.host);
      response.end();
    });
    const server = await startNameServer(names);
    closing.push(server.close);
    const settings = { ...private_, resolve: createResolveHost([server.address]) };
    expect(await post(`http://here.example:${port}/`, settings)).toMatchObject({ problem: null, status: 200 });
    expect(hosts).toEqual([`here.example:${port}`]);
    expect(server.asked).toHaveLength(2);
  });

  test('a name server that never answers costs the time of one request', async () => {
    const server = await startNameServer({}, { silent: true });
    closing.push(server.close);
    const settings = { ...strict, timeoutMs: 300, resolve: createResolveHost([server.address]) };
    expect(await post('https://slow.example/', settings)).toMatchObject({ problem: 'timed_out', status: null });
  });

  test.each(['https://127.0.0.1/', 'https://0x7f.1/', 'https://[::1]/', 'https://localhost/', 'http://hooks.example/'])(
    'a URL that was stored before it was refused is not called: %s',
    async (url) => {
      expect(await post(url, strict)).toMatchObject({ problem: 'address_refused' });
    },
  );

  test('the local names are of this machine, whatever a name server says', async () => {
    const server = await startNameServer({ localhost: ['8.8.8.8'] });
    closing.push(server.close);
    const resolve = createResolveHost([server.address]);
    expect(await resolve('api.localhost', new AbortController().signal)).toEqual([
      { address: '127.0.0.1', family: 4 },
      { address: '::1', family: 6 },
    ]);
    expect(server.asked).toEqual([]);
  });
});

test('a certificate must be valid for the name', async () => {
  const { key, cert } = certificateFor('good.example');
  const { port } = await open(listening(https.createServer({ key, cert }, (_, response) => response.end())));
  const resolve = async () => [{ address: '127.0.0.1', family: 4 } as const];
  const to = (name: string, settings: object) =>
    post(`https://${name}:${port}/`, { ...private_, resolve, ...settings });
  expect(await to('good.example', { ca: cert })).toMatchObject({ problem: null, status: 200 });
  expect(await to('bad.example', { ca: cert })).toMatchObject({ errorCode: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  expect(await to('good.example', {})).toMatchObject({ errorCode: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
});
