import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { hashOfKey, keyOf } from '../../lib/domain/api-key.ts';
import { operations } from '../../lib/runtime/contract/operations.ts';
import { keyEntryOf, keySample } from '../store/samples.ts';
import { type Instance, startInstance } from '../support/instances.ts';
import { startService, type TestService } from '../support/service.ts';
import { requestsWith } from './credential-places.ts';

let world: TestService;
let api: Instance;
const written: string[] = [];
const [operator, revoked, unknown] = [1, 2, 3].map((byte) => keyOf(new Uint8Array(40).fill(byte)));

beforeAll(async () => {
  process.env.POWERTOOLS_LOG_LEVEL = 'DEBUG';
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((text) => {
      written.push(String(text));
      return true;
    });
  }
  // As a deployed function has it: logs and metrics are lines on the standard streams.
  world = await startService({
    env: { ASTAKE_ENVIRONMENT: 'dev', ASTAKE_DEV_KEY: '', ASTAKE_DEADLINE_MS: '800', ASTAKE_ATTEMPT_MS: '300' },
  });
  api = await startInstance(world.service);
  for (const [made, parts] of [
    [operator, { roles: ['operator', 'writer'] }],
    [revoked, { roles: ['operator'], revokedAt: '2026-01-01T00:00:00.000Z', revokedBy: 'key:x' }],
  ] as const) {
    const { id = '', key = '' } = made ?? {};
    const stored = keySample({ id, secretHash: hashOfKey(key), application: 'shop', ...parts });
    await world.store.keys.change({ key: stored, entry: keyEntryOf(stored, { digest: id }) });
  }
});
afterAll(async () => {
  jest.restoreAllMocks();
  await api.close();
  await world.close();
});

test('no log line and no metric of a deployed function has a credential, also where nodes fail (rule ACCESS-1)', async () => {
  const asOperator = { authorization: `Bearer ${operator?.key}` };
  for (const fault of [undefined, 'server-error'] as const) {
    world.node.fault(fault);
    for (const [at, operation] of operations.entries()) {
      const { key = '' } = [operator, revoked, unknown][at % 3] ?? {};
      for (const [method, path, headers, body] of requestsWith(key, operation, asOperator)) {
        const answer = await fetch(api.url + path, { method, headers, ...(body !== undefined && { body }) });
        await answer.text();
      }
    }
  }
  const lines = written.join('').split('\n');
  expect(lines.filter((line) => line.includes('"CloudWatchMetrics"')).length).toBeGreaterThan(50);
  expect(lines.filter((line) => line.includes('"level"')).length).toBeGreaterThan(10);
  const canaries = [operator, revoked, unknown].flatMap((made) => {
    const { key = '' } = made ?? {};
    return [key.split('_')[2] ?? '', hashOfKey(key)];
  });
  expect(lines.filter((line) => canaries.some((canary) => line.includes(canary)))).toEqual([]);
});
