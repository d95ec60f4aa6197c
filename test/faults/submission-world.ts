import { loadFunctions } from '../../infra/local/aws/functions.ts';
import { type DevChain, startDevChain } from '../../infra/local/dev-chain/dev-chain.ts';
import { loadRecording } from '../../infra/local/dev-chain/recording.ts';
import { createNetwork } from '../../infra/local/dev-chain/submissions/network.ts';
import type { Engine } from '../../infra/local/engine/engine.ts';
import { startHttpApi } from '../../infra/local/gateway/http-api.ts';
import { RpcFailure } from '../../lib/chain/rpc/errors.ts';
import { jsonTextOf } from '../../lib/chain/rpc/raw-json.ts';
import type { RpcClient } from '../../lib/chain/rpc/rpc-client.ts';
import { readConfig } from '../../lib/runtime/config.ts';
import { asInstance, createService, endpointsOf, type Running } from '../../lib/runtime/service.ts';
import type { Store } from '../../lib/store/store.ts';
import { clockOf } from '../support/clock.ts';
import { asOperator, type Got, send } from '../support/local.ts';
import type { RpcProxy } from '../support/rpc-proxy.ts';
import { clientOf, createMortal, type Death, Killed, type Mortal } from './mortal.ts';
import { openStores } from './mortal-stores.ts';

export interface Instance extends Mortal {
  /** Whether it has made this claim of a submission. */
  holds(claim: string): boolean;
  post(body: unknown, headers?: Readonly<Record<string, string>>, path?: string): Promise<Got>;
  get(path: string): Promise<Got>;
}

/** By how many milliseconds the clock of some instances is ahead of the machine's. */
export interface Time {
  ahead: number;
}

export interface World {
  readonly nodes: readonly DevChain[];
  readonly store: Store;
  /** An instance of the service, with nothing but store and nodes in common with the others. */
  instance(time: Time, death?: Death): Instance;
  /** How often the nodes were sent a transaction. */
  sent(hash: string): number;
  /** Whether a question for it was given up, on a machine that is busy, since this was asked last. */
  takeLate(hash: string): boolean;
  /** The next block of all nodes, and a tick of sync. */
  nextBlock(): Promise<void>;
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly nodes?: number;
  /** Left out: the store in memory. */
  readonly engine?: Engine | undefined;
  /** What the service asks in place of the nodes. */
  readonly front?: ((nodes: readonly DevChain[]) => Promise<readonly RpcProxy[]>) | undefined;
  /** Called each time that a node was sent a transaction, before the sender knows. */
  readonly onSent?: (nodes: readonly DevChain[]) => void;
  /** Takes a rule out of all instances. */
  readonly without?: ((service: Running) => Partial<Running>) | undefined;
  readonly env?: Readonly<Record<string, string>>;
}

const functionsUsed = ['authorize', 'submit', 'get-entity', 'force-sync'] as const;

/** Instances of the service behind one gateway, on one store and the nodes of one dev chain. */
async function startWorld(options: WorldOptions = {}): Promise<World> {
  const { nodes: count = 1, engine, front, onSent, without, env = {} } = options;
  process.env.POWERTOOLS_LOG_LEVEL ??= 'CRITICAL';
  const recording = loadRecording('chain-a');
  const network = createNetwork(recording);
  const nodes = await Promise.all(Array.from({ length: count }, () => startDevChain({ recording, network })));
  const proxies = (await front?.(nodes)) ?? [];
  const config = readConfig({
    CASPER_RPC_URLS: (front ? proxies : nodes).map(({ url }) => url).join(','),
    CASPER_CHAIN_NAME: recording.meta.chainspec_name,
    ASTAKE_DEV_KEY: asOperator.authorization.replace('Bearer ', ''),
    ASTAKE_MAX_TIP_AGE_SECONDS: '0',
    ASTAKE_PROVE_PERCENT: '0',
    // A busy machine must not make a read late.
    ASTAKE_DEADLINE_MS: '30000',
    ASTAKE_ATTEMPT_MS: '10000',
    ASTAKE_CALLS_PER_SECOND: '0',
    ASTAKE_SAMPLE_PERCENT: '0',
    ...env,
  });
  const stores = await openStores(engine);

  const sent = new Map<string, number>();
  const late = new Set<string>();
  const counting = (client: RpcClient): RpcClient => ({
    async call(method, params, ...rest) {
      const hash = method.startsWith('account_put') ? hashIn(params ?? {}) : undefined;
      if (hash !== undefined) sent.set(hash, (sent.get(hash) ?? 0) + 1);
      try {
        return await client.call(method, params, ...rest);
      } catch (error) {
        const isLate = !(error instanceof RpcFailure && error.stage === 'connection');
        if (isLate && method === 'info_get_transaction') late.add(hashIn(params ?? {}));
        throw error;
      } finally {
        if (hash !== undefined) onSent?.(nodes);
      }
    },
  });

  const instances = new Map<string, { readonly mortal: Mortal; readonly service: Running }>();
  const functions = new Map(
    [...(await loadFunctions(functionsUsed))].map(([name, handler]): [string, typeof handler] => [
      name,
      (event, context) => {
        const own = instances.get((event as { headers: Record<string, string> }).headers.instance ?? '');
        if (own === undefined) throw new Error('the request names no instance');
        return Promise.race([own.mortal.killed, asInstance(own.service, async () => handler(event, context))]);
      },
    ]),
  );
  const api = await startHttpApi({
    functions,
    // As on AWS, the gateway answers for a process that was killed.
    report: (message, error) => {
      if (!(error instanceof Killed)) console.error(message, error);
    },
  });

  function instance(time: Time, death?: Death): Instance {
    const mortal = createMortal(death);
    const clock = clockOf(() => Date.now() + time.ahead);
    const whole = createService(config, {
      clock,
      store: death === undefined ? stores.whole : stores.of(mortal),
      endpoints: () =>
        endpointsOf(config, clock).map((endpoint) => ({
          ...endpoint,
          client: clientOf(mortal, counting(endpoint.client)),
        })),
      refresher: { request: async () => undefined },
    });
    const claims = new Set<string>();
    const submissions: Running['submissions'] = {
      ...whole.submissions,
      change(submission, entry) {
        if (submission.state === 'sending') claims.add(submission.holder);
        return whole.submissions.change(submission, entry);
      },
    };
    const service = { ...whole, submissions };
    const name = String(instances.size);
    instances.set(name, { mortal, service: { ...service, ...without?.(service) } });
    // A connection that the gateway is about to close for idleness must not take a request: each has its own.
    const headers = { ...asOperator, 'content-type': 'application/json', instance: name, connection: 'close' };
    return Object.assign(mortal, {
      holds: (claim: string) => claims.has(claim),
      post: (body: unknown, own: Readonly<Record<string, string>> = {}, path = '/v1/transactions') =>
        send(api.url + path, { method: 'POST', headers: { ...headers, ...own }, body: JSON.stringify(body) }),
      get: (path: string) => send(api.url + path, { headers }),
    });
  }

  async function sync(): Promise<void> {
    const { status, body } = await instance({ ahead: 0 }).post({}, {}, '/v1/sync');
    if (status !== 200 || body.tick.stoppedBy !== 'done') throw new Error(`sync: ${JSON.stringify(body)}`);
  }

  await sync();
  return {
    nodes,
    store: stores.whole,
    instance,
    sent: (hash) => sent.get(hash) ?? 0,
    takeLate: (hash) => late.delete(hash),
    async nextBlock() {
      const next = Math.max(...nodes.map((node) => node.height())) + 1;
      for (const node of nodes) node.setHeight(next);
      await sync();
    },
    async close() {
      for (const { mortal } of instances.values()) mortal.bury();
      await api.close();
      stores.close();
      await Promise.all([...proxies, ...nodes].map((server) => server.close()));
    },
  };
}

export async function inWorld(options: WorldOptions, work: (world: World) => Promise<void>): Promise<void> {
  const world = await startWorld(options);
  try {
    await work(world);
  } finally {
    await world.close();
  }
}

/** Of a transaction that is sent, or asked for. */
const hashIn = (params: object): string => /"([0-9a-f]{64})"/.exec(jsonTextOf(params))?.[1] ?? '';
