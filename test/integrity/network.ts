import type { Metric } from '../../lib/domain/ports/telemetry.ts';
import { createService, type Running } from '../../lib/runtime/service.ts';
import { recordedTruth } from '../support/recorded-truth.ts';
import { type Override, type RpcProxy, startRpcProxy } from '../support/rpc-proxy.ts';
import { startService, type TestService } from '../support/service.ts';

export const truth = recordedTruth('chain-a');
export const villas = 'fb0cd3cdbf3fc3fd4544f410a6617bcdcd42a97ac568dc530a85bf61e5cdb101';
export const villa = (tokenId: number | string) => ({ kind: 'asset', id: `${villas}:${tokenId}` });
export const user1 = 'account-hash-07057cd1dd5ecd8b77a0249f04eb91cb5694600d01155d63ba23f1c364598237';

export interface Network extends Omit<TestService, 'another'> {
  /** What each node was asked, in order. */
  readonly asked: readonly string[][];
  /** All that was counted and logged, by every process. */
  readonly counted: (metric: Metric) => number;
  readonly logged: readonly string[];
  /** A process of its own, which may know the nodes in another order. */
  another(order?: (urls: readonly string[]) => readonly string[]): Running;
}

type Options = Omit<NonNullable<Parameters<typeof startService>[0]>, 'override'>;

/** The service on several nodes of one recorded chain, each with its own answers, and its telemetry to be looked at. */
export async function startNetwork({
  nodes = [() => undefined],
  suffix = '',
  env = {},
  ...options
}: Options & { readonly nodes?: readonly Override[]; readonly suffix?: string } = {}): Promise<Network> {
  // Without hedges: which node is asked does not depend on how fast another one answers.
  const running = await startService({ ...options, env: { ASTAKE_HEDGE_MS: '0', ...env } });
  const asked: string[][] = nodes.map(() => []);
  const proxies: RpcProxy[] = await Promise.all(
    nodes.map((override, index) =>
      startRpcProxy(running.node.url, (request, forward) => {
        asked[index]?.push(request.method);
        return override(request, forward);
      }),
    ),
  );
  const counts = new Map<Metric, number>();
  const logged: string[] = [];
  const line = (message: string, details?: object): void => void logged.push(JSON.stringify([message, details]));
  const { config, clock, telemetry } = running.service;
  const [upstream] = config.upstreams;
  if (upstream === undefined) throw new Error('a node is configured');
  const urls = proxies.map(({ url }) => url + suffix);
  const another: Network['another'] = (order = (all) => all) =>
    createService(
      { ...config, upstreams: order(urls).map((url) => ({ ...upstream, name: new URL(url).host, url })) },
      {
        clock,
        store: running.store,
        telemetry: {
          ...telemetry,
          log: { debug: line, info: line, warn: line, error: line },
          metrics: {
            count: (metric, by = 1) => void counts.set(metric, (counts.get(metric) ?? 0) + by),
            gauge: () => undefined,
            measure: () => undefined,
            upstream: () => undefined,
          },
        },
      },
    );
  return {
    ...running,
    service: another(),
    another,
    asked,
    logged,
    counted: (metric) => counts.get(metric) ?? 0,
    async close() {
      await Promise.all(proxies.map((proxy) => proxy.close()));
      await running.close();
    },
  };
}

/** What came of it: the answer's data, or the error's code. */
export const outcomeOf = (answer: Promise<{ readonly data: object | null }>) =>
  answer.then(
    ({ data }) => ({ data }),
    (error: { code?: string; message: string }) => ({ failed: error.code ?? `a defect: ${error.message}` }),
  );

export const notFound = {
  error: { code: -32003, message: 'Query failed', data: 'value was not found in the global state' },
};

/** A node whose status names this block as its newest one, with the height of the one that it has. */
export const reportingHash =
  (hash: string): Override =>
  async ({ method }, forward) => {
    if (method !== 'info_get_status') return undefined;
    const { result } = await forward();
    result.last_added_block_info.hash = hash;
    return { result };
  };
