import { once } from 'node:events';
import * as http from 'node:http';
import * as https from 'node:https';
import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { WebhookSender } from '../../../lib/domain/ports/webhook-sender.ts';
import { createResolveHost } from '../../../lib/runtime/webhooks/resolve-host.ts';
import { createWebhookSender, type SenderSettings } from '../../../lib/runtime/webhooks/webhook-sender.ts';
import { webhookReasons } from '../../../lib/usecases/health/of-webhooks.ts';
import { dispatchWebhooks } from '../../../lib/usecases/webhooks/dispatch-webhooks.ts';
import { certificateFor } from '../../support/certificate.ts';
import { startNameServer } from '../../support/name-server.ts';
import { drip, type Listening, listening, speaking } from '../../support/receivers.ts';
import { createWorld, start } from './world.ts';

const begun: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of begun.splice(0)) await one.close();
});
const open = async <S extends { close(): unknown }>(server: Promise<S>): Promise<S> => {
  const one = await server;
  begun.push(one);
  return one;
};

const settings: SenderSettings = {
  clock: { now: () => start, steady: () => performance.now() },
  ports: [443],
  allowPrivate: true,
};
const usual = createWebhookSender(settings);
/** No slow machine reaches it: who fails within it fails by what it does. */
const patient = createWebhookSender({ ...settings, timeoutMs: 120_000 });
/** For those who never end: the time alone ends them. */
const short = createWebhookSender({ ...settings, timeoutMs: 300 });

const head = 'HTTP/1.1 200 OK\r\n';
const hundredLines = `X-A: ${'b'.repeat(1_000)}\r\n`.repeat(100);
const redirectTo = (location: string) => (socket: Socket) =>
  socket.end(`HTTP/1.1 308 Permanent Redirect\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`);

/** A receiver, by what it does with a connection, and what is reported about it. */
interface Hostile {
  readonly does: string;
  readonly say: (socket: Socket) => void;
  readonly problem: string;
  readonly errorCode?: string;
  readonly scheme?: 'https';
}

const endless: readonly Hostile[] = [
  { does: 'hangs before its headers', say: () => {}, problem: 'timed_out' },
  { does: 'hangs in its headers', say: (socket) => socket.write(`${head}X-A: b`), problem: 'timed_out' },
  {
    does: 'hangs in its body',
    say: (socket) => socket.write(`${head}Content-Length: 10\r\n\r\nabc`),
    problem: 'timed_out',
  },
  {
    does: 'sends its body byte by byte',
    say: (socket) => drip(socket, `${head}Content-Length: 60000\r\n\r\n`, 'a'),
    problem: 'timed_out',
  },
  {
    does: 'sends empty chunks without end',
    say: (socket) => drip(socket, `${head}Transfer-Encoding: chunked\r\n\r\n`, '1\r\na\r\n'),
    problem: 'timed_out',
  },
  { does: 'answers no greeting of TLS', say: () => {}, problem: 'timed_out', scheme: 'https' },
];

const ending = (trap: number): readonly Hostile[] => [
  {
    does: 'has endless headers',
    say: (socket) => socket.write(`${head}${hundredLines}`),
    problem: 'unreachable',
    errorCode: 'HPE_HEADER_OVERFLOW',
  },
  { does: 'closes at once', say: (socket) => socket.end(), problem: 'unreachable' },
  {
    does: 'closes within its body',
    say: (socket) => socket.end(`${head}Content-Length: 10\r\n\r\nabc`),
    problem: 'unreachable',
  },
  { does: 'resets the connection', say: (socket) => socket.resetAndDestroy(), problem: 'unreachable' },
  { does: 'speaks no TLS', say: (socket) => socket.end(`${head}\r\n`), problem: 'unreachable', scheme: 'https' },
  ...[
    'http://169.254.169.254/latest/meta-data/iam/',
    `http://localhost:${trap}/`,
    `http://127.0.0.1:${trap}/`,
    `http://[::ffff:127.0.0.1]:${trap}/`,
    `http://2130706433:${trap}/`,
    `//127.0.0.1:${trap}/`,
  ].map((to) => ({ does: `redirects to ${to}`, say: redirectTo(to), problem: 'redirected' })),
];

/** One that answers 1 GB, and how much of it was sent. */
async function flood(): Promise<Listening & { sent(): number }> {
  let sent = 0;
  const server = await listening(
    http.createServer(async (_, response) => {
      const chunk = Buffer.alloc(65_536);
      response.writeHead(200, { 'content-length': String(2 ** 30) });
      response.on('error', () => {});
      const closed = once(response, 'close');
      while (sent < 2 ** 30 && !response.destroyed) {
        sent += chunk.length;
        if (!response.write(chunk)) await Promise.race([once(response, 'drain'), closed]);
      }
    }),
  );
  return { ...server, sent: () => sent };
}

/** A world whose webhooks are sent by real requests. */
function worldOf(senders: ReadonlyMap<string, WebhookSender>) {
  const webhookSender: WebhookSender = {
    ...usual,
    send: (request) => (senders.get(request.url) as WebhookSender).send(request),
  };
  const world = createWorld({ webhookSender });
  return {
    ...world,
    /** One minute's look, as the runner of a deployment does it: by an invocation for each. Gives how each ends. */
    async minute() {
      const ends = new Map<string, Promise<string>>();
      const webhookRunner = {
        dispatch: async () => {},
        deliver: async (id: string) => void ends.set(id, world.deliver(id)),
      };
      await dispatchWebhooks({ ...world.service, webhookRunner });
      return ends;
    },
  };
}

test('hostile receivers cost one request of five seconds at most, are reported, and others get everything meanwhile (rule HOOK-4)', async () => {
  expect(usual.timeoutMs).toBe(5_000);
  const trap = await open(speaking((socket) => socket.end(`${head}\r\n`)));
  const flooding = await open(flood());
  const { key, cert } = certificateFor('good.example');
  const selfSigned = await open(listening(https.createServer({ key, cert }, (_, response) => response.end())));
  const known = [
    ...(await Promise.all(
      [...endless, ...ending(trap.port)].map(async (one) => {
        const server = await open(speaking(one.say));
        return { ...one, server, url: `${one.scheme ?? 'http'}://127.0.0.1:${server.port}/` };
      }),
    )),
    {
      ...{ does: 'answers 1 GB', problem: 'answer_too_large', errorCode: undefined },
      ...{ server: flooding, url: `http://127.0.0.1:${flooding.port}/` },
    },
    {
      ...{ does: 'has a certificate of its own', problem: 'unreachable', errorCode: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
      ...{ server: selfSigned, url: `https://127.0.0.1:${selfSigned.port}/` },
    },
  ];
  const got: string[] = [];
  const good = await open(
    listening(
      http.createServer((request, response) => {
        got.push(String(request.headers['webhook-id']));
        request.resume();
        response.end();
      }),
    ),
  );
  const goodUrl = `http://127.0.0.1:${good.port}/`;
  const ends = new Set(endless.map(({ does }) => does));
  const senders = new Map(known.map(({ does, url }) => [url, ends.has(does) ? short : patient]));
  const world = worldOf(senders.set(goodUrl, patient));
  const hooks = new Map<string, string>();
  for (const { url } of known) hooks.set(url, (await world.make(url)).id);
  const { id: goodId } = await world.make(goodUrl);
  for (let page = 0; page < 3; page += 1) await world.append(...Array.from({ length: 40 }, (_, at) => `${at % 7}`));

  const invocations = await world.minute();
  expect(invocations.size).toBe(known.length + 1);
  expect(await invocations.get(goodId)).toBe('done');
  expect(new Set(got).size).toBe(120);
  for (const { does, url, problem, errorCode, server } of known) {
    const id = hooks.get(url) ?? '';
    expect([does, await invocations.get(id)]).toEqual([does, 'failed']);
    const { lastFailure, ...delivery } = (await world.deliveryOf(id)) ?? { lastFailure: null };
    expect([does, delivery]).toEqual([does, expect.objectContaining({ delivered: 0, failures: 1, until: 0 })]);
    expect([does, lastFailure?.problem, errorCode ?? lastFailure?.errorCode]).toEqual([
      does,
      problem,
      lastFailure?.errorCode,
    ]);
    // As many as may be on their way at once, and none after the first failure.
    expect(server.connections()).toBeLessThanOrEqual(4);
    while (server.open() > 0) await new Promise(setImmediate);
  }
  expect(trap.connections()).toBe(0);
  // What the buffers of the sockets take.
  expect(flooding.sent()).toBeLessThan(2 ** 28);

  // Through a day of attempts, one request each, until an operator has to see it.
  for (let hour = 0; hour < 25; hour += 1) {
    const before = known.map(({ server }) => server.connections());
    world.later(3_600_000);
    for (const end of (await world.minute()).values()) await end;
    known.forEach(({ does, server }, at) => {
      expect([does, server.connections() - (before[at] ?? 0)]).toEqual([does, hour < 24 ? 1 : 0]);
    });
  }
  const paused = [...hooks.values()];
  const events = [...world.tables.outbox.values()].flatMap(({ event }) =>
    event.type === 'WebhookPaused' ? [event.detail] : [],
  );
  expect(events).toHaveLength(paused.length);
  expect(events).toEqual(expect.arrayContaining(paused.map((webhook) => ({ webhook, reason: 'failures' }))));
  const reasons = await webhookReasons(world.service);
  expect(reasons.map(({ code }) => code)).toEqual(paused.map(() => 'webhook_paused'));
  expect(world.counts.get('WebhookPaused')).toBe(paused.length);
  expect(await world.service.webhooks.find(goodId)).toMatchObject({ status: 'active' });
});

describe('nothing reaches the own network (rule HOOK-4)', () => {
  const names = {
    'here.example': ['127.0.0.1'],
    'six.example': ['::1'],
    'mapped.example': ['::ffff:127.0.0.1'],
    'two.example': ['8.8.8.8', '127.0.0.1'],
    'metadata.example': ['169.254.169.254'],
    'localhost.example': ['127.0.0.1'],
  };
  const hosts = [
    ...['127.0.0.1', '127.1', '127.0.0.1.', '2130706433', '0x7f000001', '0x7f.1', '0177.0.0.1', '017700000001', '0'],
    ...['１２７.0.0.1', '127。0。0。1', '%31%32%37.0.0.1', '①②⑦.0.0.1'],
    ...['[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::127.0.0.1]', '[0:0:0:0:0:ffff:7f00:0001]'],
    ...['[64:ff9b::7f00:1]', '[64:ff9b:1::7f00:1]', '[2002:7f00:1::]', '[fe80::1]', '[fd00:ec2::254]'],
    ...['169.254.169.254', '2852039166', '0xa9fea9fe', '0251.0376.0251.0376', '[::ffff:169.254.169.254]'],
    ...['localhost', 'LOCALHOST', 'localhost.', 'a.localhost', ...Object.keys(names), 'HERE.example', 'here.example.'],
  ];

  test('whatever the host is called, in whatever form', async () => {
    const nameServer = await open(startNameServer(names));
    const traps = [await open(listening(createServer()))];
    const { port } = traps[0] as Listening;
    // On the same port of the other family, where the machine has it.
    await listening(createServer(), '::1').then(
      (server) => {
        begun.push(server);
        traps.push(server);
      },
      () => {},
    );
    const strict = createWebhookSender({
      ...settings,
      ports: [443, ...traps.map((trap) => trap.port)],
      allowPrivate: false,
      timeoutMs: 120_000,
      resolve: createResolveHost([nameServer.address]),
    });
    const urls = [
      ...traps.flatMap((trap) => hosts.map((host) => `https://${host}:${trap.port}/`)),
      `http://here.example:${port}/`,
      'https://8.8.8.8:22/',
      `https://8.8.8.8@127.0.0.1:${port}/`,
    ];
    for (const url of urls) {
      const world = worldOf(new Map([[url, strict]]));
      const { id } = await world.make(url);
      await world.append('a');
      expect([url, await world.deliver(id)]).toEqual([url, 'failed']);
      const { lastFailure } = (await world.deliveryOf(id)) ?? {};
      expect([url, lastFailure?.problem]).toEqual([url, 'address_refused']);
    }
    expect(traps.map((trap) => trap.connections())).toEqual(traps.map(() => 0));
  });

  test('a name that has another address at the next look-up: each request asks once, and connects to what it has checked', async () => {
    let asked = 0;
    /** Each look-up asks for both families. */
    const addressNow = () => (Math.floor(asked++ / 2) % 2 === 0 ? ['127.0.0.1'] : ['127.0.0.9']);
    const turning = {
      get 'turns.example'() {
        return addressNow();
      },
    };
    const nameServer = await open(startNameServer(turning));
    const at: string[] = [];
    const good = await open(
      listening(
        http.createServer((request, response) => {
          at.push(String(request.socket.localAddress));
          response.end();
        }),
      ),
    );
    const url = `http://turns.example:${good.port}/`;
    const resolve = createResolveHost([nameServer.address]);
    const world = worldOf(new Map([[url, createWebhookSender({ ...settings, timeoutMs: 120_000, resolve })]]));
    const { id } = await world.make(url);
    await world.append('a');
    expect(await world.deliver(id)).toBe('done');
    expect([at, nameServer.asked.length]).toEqual([['127.0.0.1'], 2]);
  });
});
