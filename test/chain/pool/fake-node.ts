import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CallOptions } from '../../../lib/chain/pool/node-calls.ts';
import type { Answered } from '../../../lib/chain/pool/upstream.ts';
import {
  createUpstreams,
  type Endpoint,
  type UpstreamSettings,
  type Upstreams,
  type UpstreamsParts,
} from '../../../lib/chain/pool/upstreams.ts';
import { createRpcClient } from '../../../lib/chain/rpc/rpc-client.ts';
import { abortIn } from '../../../lib/domain/deadline.ts';
import type { Metric, UpstreamMetric } from '../../../lib/domain/ports/telemetry.ts';
import type { CheckedTransaction } from '../../../lib/domain/submission.ts';
import { clockOf } from '../../support/clock.ts';
import { createMemoryStore } from '../../support/memory-store.ts';

/** How a request is answered; `ok` is the body that a healthy node sends. */
export type Answering = (response: ServerResponse, ok: string, request: IncomingMessage) => void | Promise<void>;

export interface FakeNode {
  readonly url: string;
  /** Requests so far. */
  calls: number;
  /** The body of the latest one. */
  received: string;
  answer: Answering;
  close(): void;
}

const json = { 'content-type': 'application/json' };
const healthy: Answering = (response, ok) => void response.writeHead(200, json).end(ok);

/** A node whose every answer is `{"value": <its name>}`, as a JSON-RPC result. */
export async function startFakeNode(name: string, answer: Answering = healthy): Promise<FakeNode> {
  const server: Server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    node.calls += 1;
    node.received = body;
    await node.answer(
      response,
      JSON.stringify({ jsonrpc: '2.0', id: JSON.parse(body).id, result: { value: name } }),
      request,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const node: FakeNode = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/rpc`,
    calls: 0,
    received: '',
    answer,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return node;
}

export interface Pool {
  readonly upstreams: Upstreams;
  counted(metric: Metric | UpstreamMetric): number;
  /** Moves the pool's clock, and no timer. */
  pass(milliseconds: number): void;
  /** The value of one call, or the error's name. */
  call(options?: Partial<CallOptions>): Promise<string>;
  /** How a submission ends: the outcome, and the node's code where it refused. */
  submit(transaction?: CheckedTransaction): Promise<string>;
}

/** The node as an endpoint, with changes. */
const endpointOf = ({ url }: FakeNode, over: Partial<Endpoint> = {}): Endpoint => ({
  name: new URL(url).host,
  operator: null,
  callsPerSecond: null,
  client: createRpcClient({ url }),
  ...over,
});

/** Only ends a test that hangs: no answer depends on it. */
const longestMs = 30_000;

/** `chance` draws the pauses before a retry. */
export function poolOf(
  nodes: readonly FakeNode[],
  { chance, ...settings }: Partial<UpstreamSettings> & Pick<UpstreamsParts, 'chance'> = {},
): Pool {
  const counts = new Map<string, number>();
  const count = (metric: string, by: number): void => void counts.set(metric, (counts.get(metric) ?? 0) + by);
  let ahead = 0;
  const quiet = () => undefined;
  const upstreams = createUpstreams(
    {
      endpoints: nodes.map((node, index) => endpointOf(node, { name: `n${index + 1}` })),
      attemptMs: longestMs / 2,
      hedgeMs: 0,
      network: 'casper',
      maxLagBlocks: 5,
      maxTipAgeSeconds: 0,
      ...settings,
    },
    {
      store: createMemoryStore().progress,
      clock: clockOf(() => Date.now() + ahead),
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
      metrics: {
        count: (metric, by = 1) => count(metric, by),
        gauge: () => undefined,
        measure: () => undefined,
        upstream: (_node, metric, by) => count(metric, by),
      },
      ...(chance && { chance }),
    },
  );
  return {
    upstreams,
    counted: (metric) => counts.get(metric) ?? 0,
    pass: (milliseconds) => {
      ahead += milliseconds;
    },
    call: (options = {}) =>
      outcomeOf(upstreams.call('a_method', {}, decodeValue, { signal: abortIn(longestMs), ...options })),
    submit: async (transaction = someTransaction) => {
      const ended = await upstreams.submit(transaction, abortIn(longestMs));
      if (ended.outcome !== 'rejected') return ended.outcome;
      return `rejected ${ended.code} ${ended.reason}${ended.mayPass ? ', for now' : ''}`;
    },
  };
}

/** Its amount is beyond 2^53. */
export const someTransaction: CheckedTransaction = {
  kind: 'Version1',
  hash: 'c'.repeat(64),
  transaction: '{"hash":"x","amount":18446744073709551615}',
  initiator: `account-hash-${'a'.repeat(64)}`,
  timestamp: '2026-01-01T00:00:00.000Z',
  ttl: '30m',
};

const decodeValue = (result: unknown): string => (result as { value: string }).value;

const outcomeOf = (answer: Promise<Answered<string>>): Promise<string> =>
  answer.then(
    (answered) => ('value' in answered ? answered.value : 'absent'),
    (error: Error) => error.name,
  );
