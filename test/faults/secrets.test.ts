import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type DevChain, startDevChain } from '../../infra/local/dev-chain/dev-chain.ts';
import { READING_FAULTS } from '../../infra/local/dev-chain/fault.ts';
import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { eventually, type Started, startService } from './child.ts';
import { absent, examples } from './examples.ts';

const secret = 's3cret';
/** After these faults a node is paused for a second, so they come last. */
const pausing = new Set<string | undefined>(['throttled', 'throttled-by-node']);
const operatorKey = 'an-operator-key-s3cret';

let node: DevChain;
let service: Started;

beforeAll(async () => {
  node = await startDevChain({ height: 60 });
  const { host } = new URL(node.url);
  service = await startService({
    CASPER_RPC_URLS: [
      `http://user:${secret}@${host}/rpc?key=${secret}`,
      `http://user:${secret}@127.0.0.1:9/${secret}/rpc`,
      `http://${secret}:${secret}@${host}/${secret}?key=${secret}`,
    ].join(','),
    CASPER_CHAIN_NAME: node.chainName,
    ASTAKE_MAX_TIP_AGE_SECONDS: '0',
    ASTAKE_PROVE_PERCENT: '0',
    ASTAKE_COLLECTIONS: JSON.stringify(recordedExamples['chain-a'].collections),
    ASTAKE_DEADLINE_MS: '1000',
    ASTAKE_ATTEMPT_MS: '300',
    ASTAKE_DEV_KEY: operatorKey,
    POWERTOOLS_LOG_LEVEL: 'DEBUG',
  });
});
afterAll(async () => {
  service.kill('SIGINT');
  await service.ended;
  await node.close();
});

/** The status of an answer, and its headers and body as text. */
async function everythingOf(path: string): Promise<{ status: number; text: string }> {
  const response = await fetch(service.url + path, {
    headers: { 'cache-control': 'no-cache', authorization: `Bearer ${operatorKey}` },
  });
  const text = JSON.stringify([...response.headers]) + (await response.text());
  return { status: response.status, text };
}

describe('Secrets in the endpoints', () => {
  test('appear in no answer, header or log line, for any fault of the nodes', async () => {
    const seen: string[] = [];
    const statuses = new Set<number>();
    for (const fault of [undefined, ...READING_FAULTS].toSorted(
      (a, b) => Number(pausing.has(a)) - Number(pausing.has(b)),
    )) {
      node.fault(fault);
      for (const path of ['/v1/health', examples[0]?.path, absent[1]?.path]) {
        const { status, text } = await everythingOf(path as string);
        statuses.add(status);
        seen.push(text);
      }
    }
    expect([...statuses].sort()).toEqual(expect.arrayContaining([200, 503]));
    expect(seen.filter((text) => text.includes(secret))).toEqual([]);
    const logged = service.output();
    expect(logged).toContain('node suspected');
    expect(logged.split('\n').filter((line) => line.includes(secret))).toEqual([]);
  });

  test('are used: the node is called at its complete address', async () => {
    node.fault(undefined);
    node.resetCalls();
    await eventually(async () => {
      const { status, text } = await everythingOf(examples[0]?.path as string);
      return status === 200 && text.includes('"source":"chain"');
    });
    expect(node.calls().total).toBeGreaterThan(0);
    expect((await everythingOf('/v1/health')).status).toBe(200);
  });
});
