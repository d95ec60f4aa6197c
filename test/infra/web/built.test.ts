import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildWeb } from '../../../infra/build-web.ts';
import { type Local, startLocal } from '../../support/local.ts';
import { type RpcProxy, startRpcProxy } from '../../support/rpc-proxy.ts';

let local: Local;
let proxy: RpcProxy;
let folder: string;
let child: ChildProcess | undefined;
const asked = Promise.withResolvers<void>();
const release = Promise.withResolvers<void>();
let isHeld = false;

beforeAll(async () => {
  local = await startLocal();
  proxy = await startRpcProxy(local.node.url, async () => {
    if (!isHeld) return undefined;
    asked.resolve();
    await release.promise;
    return undefined;
  });
  folder = await mkdtemp(join(tmpdir(), 'astake-web-'));
  await buildWeb(join(folder, 'web'));
});

afterAll(async () => {
  child?.kill('SIGKILL');
  await local?.close();
  await proxy?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Starts what a deployment starts, as Lambda does: from its folder, with a variable that says where to listen. */
async function started(): Promise<{ readonly url: string; readonly process: ChildProcess }> {
  const env = { ...process.env, CASPER_RPC_URLS: proxy.url, AWS_LAMBDA_HTTP_ENDPOINT: '127.0.0.1:0' };
  const process_ = spawn(process.execPath, [join(folder, 'web/index.js')], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child = process_;
  for await (const line of createInterface({ input: process_.stdout })) {
    if (line.includes('"serving"')) return { url: JSON.parse(line).url, process: process_ };
  }
  throw new Error('the process has ended');
}

test('what is deployed answers like the gateway; with SIGTERM it answers what is at work, takes nothing more, and ends', async () => {
  const { url, process: web } = await started();
  const ended = once(web, 'exit');
  const first = await fetch(`${url}/v1/assets/villas/0`);
  const { data } = (await first.json()) as { data: unknown };
  expect(data).toEqual((await local.get('/v1/assets/villas/0')).body.data);
  expect((await fetch(`${url}/health`)).status).toBe(200);

  isHeld = true;
  const atWork = fetch(`${url}/v1/assets/villas/1`, { headers: { 'cache-control': 'no-cache, stale-if-error=0' } });
  await asked.promise;
  web.kill('SIGTERM');
  // A process that no longer listens refuses the connection.
  while (
    await fetch(`${url}/health`).then(
      async (response) => (await response.text()) !== '',
      () => false,
    )
  );
  release.resolve();
  const last = await atWork;
  expect([last.status, last.headers.get('connection')]).toEqual([200, 'close']);
  expect(await ended).toEqual([0, null]);
});
