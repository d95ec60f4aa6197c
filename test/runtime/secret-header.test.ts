import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type DevChain, startDevChain } from '../../infra/local/dev-chain/dev-chain.ts';
import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { defaultReadOptions } from '../../lib/domain/freshness.ts';
import { readConfig } from '../../lib/runtime/config.ts';
import { createService, endpointsOf } from '../../lib/runtime/service.ts';
import { createTelemetry } from '../../lib/runtime/telemetry.ts';
import { readHealth } from '../../lib/usecases/health/health.ts';
import { lookup } from '../../lib/usecases/reading/lookup.ts';
import { createMemoryStore } from '../support/memory-store.ts';
import { type RpcProxy, startRpcProxy } from '../support/rpc-proxy.ts';
import { type SecretsManager, startSecretsManager } from './secrets-manager.ts';

const account = { kind: 'account', id: recordedExamples['chain-a'].owner };
const secretName = 'casper/node-key';

let chain: DevChain;
let guarded: RpcProxy;
let manager: SecretsManager;
/** The value of X-Node-Key that the guarded node requires. */
let key: string;
/** The values that the guarded node received, in order. */
let sent: (string | string[] | undefined)[];

beforeEach(async () => {
  process.env.POWERTOOLS_LOG_LEVEL = 'CRITICAL';
  key = 's3cret-1';
  sent = [];
  [chain, manager] = await Promise.all([startDevChain(), startSecretsManager()]);
  guarded = await startRpcProxy(chain.url, (_request, _forward, headers) => {
    sent.push(headers?.['x-node-key']);
    return headers?.['x-node-key'] === key ? undefined : { status: 401 };
  });
});
afterEach(async () => {
  delete process.env.A_NODE_KEY;
  await Promise.all([guarded.close(), chain.close(), manager.close()]);
});

const configOf = (header: object, ...others: object[]) =>
  readConfig({
    A_NODE_KEY: process.env.A_NODE_KEY,
    CASPER_UPSTREAMS: JSON.stringify([{ name: 'guarded', url: guarded.url, header }, ...others]),
    CASPER_CHAIN_NAME: chain.chainName,
    ASTAKE_MAX_TIP_AGE_SECONDS: '0',
    ASTAKE_PROVE_PERCENT: '0',
    ASTAKE_DEADLINE_MS: '15000',
    ASTAKE_ATTEMPT_MS: '5000',
    ASTAKE_HEDGE_MS: '0',
  });

test('a header from the environment is sent with every call to its node, and to no other node', async () => {
  process.env.A_NODE_KEY = ` ${key} `;
  let others = 0;
  const other = await startRpcProxy(chain.url, (_request, _forward, headers) => {
    others += 1;
    expect(headers).not.toHaveProperty('x-node-key');
    return undefined;
  });
  const config = configOf({ name: 'X-Node-Key', env: 'A_NODE_KEY' }, { name: 'other', url: other.url });
  const service = createService(config, { store: createMemoryStore() });
  expect(await lookup(account, defaultReadOptions, service)).toMatchObject({ source: 'chain' });
  expect((await readHealth(service)).components.nodes).toMatchObject({
    upstreams: [
      { name: 'guarded', state: 'healthy' },
      { name: 'other', state: 'healthy' },
    ],
  });
  expect(sent.length).toBeGreaterThan(2);
  expect(new Set(sent)).toEqual(new Set([key]));
  expect(others).toBeGreaterThan(0);
  await other.close();
});

describe('a header from Secrets Manager', () => {
  const header = { name: 'X-Node-Key', secretsManager: secretName };

  /** One call to the guarded node after another, on a clock of the test's own. */
  function caller(from: object = header) {
    const clock = { at: 1_000_000, now: () => clock.at, steady: () => clock.at };
    const [endpoint] = endpointsOf(configOf(from), clock);
    return {
      call: async () => endpoint?.client.call('info_get_status', undefined, 5_000, new AbortController().signal),
      pass: (milliseconds: number) => {
        clock.at += milliseconds;
      },
    };
  }
  const refused = { stage: 'status', status: 401 };
  const unread = { stage: 'connection', message: 'the secret for its header cannot be read' };

  test('is read once for many calls, also for calls during the read', async () => {
    manager.secrets.set(secretName, `${key}\n`);
    const { call, pass } = caller();
    expect(manager.reads).toEqual([]);
    await Promise.all([call(), call(), call()]);
    pass(3_600_000);
    await call();
    expect(manager.reads).toEqual([{ id: secretName, region: 'eu-west-1' }]);
    expect(sent).toEqual([key, key, key, key]);
  });

  test('is read in the region that its ARN names', async () => {
    const arn = `arn:aws:secretsmanager:ap-southeast-2:123456789012:secret:${secretName}-AbCdEf`;
    manager.secrets.set(arn, key);
    await caller({ ...header, secretsManager: arn }).call();
    expect(manager.reads).toEqual([{ id: arn, region: 'ap-southeast-2' }]);
  });

  test('is read again when the node refuses it, but at most once a minute', async () => {
    manager.secrets.set(secretName, key);
    const { call, pass } = caller();
    await call();
    key = 's3cret-2';
    manager.secrets.set(secretName, key);

    pass(59_000);
    for (let refusal = 1; refusal <= 3; refusal += 1) await expect(call()).rejects.toMatchObject(refused);
    expect(manager.reads.length).toBe(1);
    pass(1_000);
    // This call still sends the old secret; the next call sends the new one.
    await expect(call()).rejects.toMatchObject(refused);
    await call();
    expect([sent.at(-2), sent.at(-1), manager.reads.length]).toEqual(['s3cret-1', 's3cret-2', 2]);

    key = 'another-key';
    for (let refusal = 1; refusal <= 5; refusal += 1) await expect(call()).rejects.toMatchObject(refused);
    expect(manager.reads.length).toBe(2);
  });

  test('is read again after a failed read', async () => {
    const { call } = caller();
    await expect(call()).rejects.toMatchObject(unread);
    manager.secrets.set(secretName, ' ');
    await expect(call()).rejects.toMatchObject(unread);
    manager.secrets.set(secretName, key);
    await call();
    expect(sent).toEqual([key]);
  });

  test('that cannot be read makes the node unusable; neither logs nor reports name the secret', async () => {
    const logged: string[] = [];
    const note = (...entry: unknown[]) => void logged.push(JSON.stringify(entry));
    const log = { debug: note, info: note, warn: note, error: note };
    const telemetry = { ...createTelemetry('local'), log } as ReturnType<typeof createTelemetry>;
    const config = configOf(header, { name: 'other', url: chain.url });
    const service = createService(config, { store: createMemoryStore(), telemetry });
    expect(await lookup(account, defaultReadOptions, service)).toMatchObject({ source: 'chain' });
    const { upstreams } = (await readHealth(service)).components.nodes;
    expect(upstreams).toMatchObject([
      { name: 'guarded', state: 'unhealthy', reason: 'the secret for its header cannot be read to info_get_status' },
      { name: 'other', state: 'healthy' },
    ]);
    expect(sent).toEqual([]);
    expect(manager.reads.length).toBeGreaterThan(0);
    expect(logged.join()).toContain('node suspected');
    expect(logged.join() + JSON.stringify(upstreams)).not.toMatch(new RegExp(`${secretName}|Secrets Manager`));
  });
});
