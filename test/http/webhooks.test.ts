import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { asOperator, type Local, startLocal } from '../support/local.ts';

const root = join(import.meta.dirname, '../..');
const [, script = ''] = /```js receiver\n(.*?)```/s.exec(readFileSync(join(root, 'docs/api.md'), 'utf8')) ?? [];
const { account } = recordedExamples['chain-a'];

let local: Local;
beforeAll(async () => {
  local = await startLocal({ env: { ASTAKE_WEBHOOK_ALLOW_PRIVATE: 'on' } });
});
afterAll(() => local.close());

/** A port that is free at this moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('the receiver in docs/api.md takes events that are signed, a test too, and refuses others', async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const { status, body: made } = await local.post('/v1/webhooks', { url, filter: { kinds: ['account'] } }, asOperator);
  expect([status, made.secret]).toEqual([201, expect.stringMatching(/^whsec_/)]);
  const child = spawn(process.execPath, ['--input-type=module'], {
    cwd: root,
    env: { PATH: process.env.PATH, PORT: String(port), SECRET: made.secret },
  });
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    child.stdin.end(script);
    const at = `/v1/webhooks/${made.id}`;
    let tested: { delivered: boolean };
    do {
      tested = (await local.post(`${at}/test`, {}, asOperator)).body;
    } while (!tested.delivered);
    expect(tested).toMatchObject({ delivered: true, problem: null, status: 204 });
    expect((await lines.next()).value).toBe('WebhookTest ');
    await local.get(`/v1/accounts/${account}`);
    expect((await lines.next()).value).toMatch(/^RecordChanged account-hash-[0-9a-f]{64}$/);
    const forged = await fetch(url, {
      method: 'POST',
      headers: { 'webhook-id': 'a', 'webhook-timestamp': '1', 'webhook-signature': 'v1,AAAA' },
      body: '{}',
    });
    expect(forged.status).toBe(401);
    const shown = await local.get(at, asOperator);
    expect(JSON.stringify([shown.body, (await local.get('/v1/webhooks', asOperator)).body])).not.toContain(made.secret);
  } finally {
    child.kill();
  }
});

describe('account in a filter', () => {
  const contract = `hash-${'ab'.repeat(32)}`;
  const made = (of: string) =>
    local.post('/v1/webhooks', { url: 'http://127.0.0.1/', filter: { account: of } }, asOperator);

  test('is an account or another owner of tokens, as in the feed', async () => {
    expect((await made(contract)).body.filter.account).toBe(contract);
    expect((await made(account)).body.filter.account).toMatch(/^account-hash-[0-9a-f]{64}$/);
  });

  test.each(['ab'.repeat(32), 'me'])('that may be several things is refused, as in the feed: %s', async (of) => {
    const { status, body } = await made(of);
    expect([status, body.errors]).toMatchObject([400, [{ path: 'filter.account' }]]);
    expect((await local.get(`/v1/changes?account=${of}`)).status).toBe(400);
  });
});

test.each(['resume', 'replay'])('%s has webhooks sent at once', async (action) => {
  const { body } = await local.post('/v1/webhooks', { url: 'http://127.0.0.1/' }, asOperator);
  const service = local.stack.service();
  const dispatch = jest.fn(async () => {});
  Object.assign(service, { webhookRunner: { dispatch, deliver: async () => {} } });
  try {
    const asked = action === 'replay' ? { after: 'start' } : {};
    expect((await local.post(`/v1/webhooks/${body.id}/${action}`, asked, asOperator)).status).toBe(200);
    expect(dispatch).toHaveBeenCalled();
  } finally {
    Object.assign(service, { webhookRunner: undefined });
  }
});

test('a body with an unknown member is refused by the names of all known ones', async () => {
  const { status, body } = await local.post(
    '/v1/webhooks',
    { url: 'http://127.0.0.1/', filter: { kind: 'asset' } },
    asOperator,
  );
  expect([status, body.errors]).toEqual([
    400,
    [{ path: 'filter', message: 'unknown members: kind; known: kinds, types, collection, account' }],
  ]);
});
