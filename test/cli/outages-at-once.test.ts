import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Fault, FaultOptions } from '../../infra/local/dev-chain/fault.ts';
import { eventually } from '../faults/child.ts';
import { asOperator } from '../support/local.ts';
import { type StagedOutages, stageOutages } from '../support/outages.ts';
import { runProgram } from './run-program.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const never = 24 * hourMs;
let staged: StagedOutages;
beforeAll(async () => {
  staged = await stageOutages();
});
afterAll(() => staged?.close());

const status = (env: Readonly<Record<string, string>> = {}, ...args: string[]) =>
  runProgram({ ASTAKE_URL: staged.local.url, ASTAKE_KEY: asOperator.authorization.replace('Bearer ', ''), ...env }, [
    'status',
    '--timeout',
    '60',
    ...args,
  ]);
const strike = (fault: Fault | undefined, options: FaultOptions = {}) => {
  for (const node of staged.local.nodes) node.fault(fault, options);
};
/** Part and code of each reason, as they stand on the screen. */
const named = (out: string): string[] =>
  [...out.matchAll(/^(?:DOWN|DEGRADED|UNKNOWN) {2}(\w+: \w+)/gm)].map(([, one]) => one ?? '');
const tick = () => staged.local.post('/v1/sync', {}, asOperator);

describe('two outages at once', () => {
  afterEach(async () => {
    strike(undefined);
    staged.pass(5 * minuteMs);
    await eventually(async () => (await tick()).body.tick?.stoppedBy === 'done');
    await eventually(async () => (await status()).out.includes('Nothing is wrong.'));
  });

  test('nodes that are down stop sync: they come first, and both go with them', async () => {
    strike('down');
    staged.local.setHeight(staged.local.node.height() + 1);
    await tick();
    staged.pass(3 * minuteMs);
    await tick();
    const parts = named((await status()).out);
    expect(parts[0]).toMatch(/^nodes: /);
    expect(parts).toContain('sync: sync_stalled');
    expect(parts.indexOf('sync: sync_stalled')).toBe(parts.findIndex((one) => !one.startsWith('nodes: ')));
  });

  test('a fault of nodes that still answer comes before sync, which is down because of it', async () => {
    strike('server-error', { methods: ['chain_get_block'] });
    staged.local.setHeight(staged.local.node.height() + 1);
    await tick();
    staged.pass(3 * minuteMs);
    await tick();
    strike(undefined);
    staged.local.node.fault('down');
    const { out } = await status();
    expect(out).toMatch(/^DEGRADED {2}nodes: /m);
    expect(named(out).slice(0, 2)).toEqual([expect.stringMatching(/^nodes: /), 'sync: sync_stalled']);
  });
});

test('nodes that take a question and never answer are down, and are well again when they answer', async () => {
  strike('slow', { delayMs: never });
  const hanging = await status();
  expect(hanging.status).toBe(1);
  expect(hanging.out).toMatch(
    /^DOWN {2}nodes: silent(, since \S+)?\n {2}\S+: no answer to info_get_status in time\n {2}Do: Look at the node/m,
  );
  strike(undefined);
  await eventually(async () => (await status()).out.includes('Nothing is wrong.'));
});

test('a store that hangs is the first thing named, and is well again when it answers', async () => {
  const { pid } = staged.local.stack.engine;
  if (pid === undefined) throw new Error('the store is no process');
  process.kill(pid, 'SIGSTOP');
  const hanging = await status().finally(() => process.kill(pid, 'SIGCONT'));
  expect(hanging.status).toBe(1);
  expect(named(hanging.out).slice(0, 2)).toEqual([
    expect.stringMatching(/^reads: reads_(silent|fail)$/),
    expect.stringMatching(/^writes: writes_(silent|fail)$/),
  ]);
  await eventually(async () => (await status()).out.includes('Nothing is wrong.'));
});

describe('a service that cannot be asked is status 2, in words', () => {
  test('because the credential is refused', async () => {
    expect(await status({ ASTAKE_KEY: 'wrong' })).toMatchObject({
      status: 2,
      err: expect.stringContaining('the credential is not valid'),
    });
    const { status: exit, out, err } = await status({ ASTAKE_KEY: 'wrong' }, '--json');
    expect([exit, JSON.parse(out || err).error.code]).toEqual([2, 'unauthenticated']);
  });

  test('because nothing is there', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const { status: exit, err } = await status({ ASTAKE_URL: `http://127.0.0.1:${port}` });
    expect([exit, err]).toEqual([
      2,
      expect.stringMatching(/no answer: .*is the URL that of the service\? \(--url, --profile\)/),
    ]);
  });

  test('because the URL is that of something else', async () => {
    const { status: exit, err } = await status({ ASTAKE_URL: staged.local.node.url });
    expect([exit, err]).toEqual([2, expect.stringContaining('is the URL that of the service? (--url, --profile)')]);
  });
});
