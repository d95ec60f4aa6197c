import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { keyIdIn } from '../../lib/domain/api-key.ts';
import { namePrefix } from '../../lib/runtime/names.ts';
import { createDynamo } from '../../lib/store/dynamodb/client.ts';
import { createStore } from '../../lib/store/store.ts';
import { asOperator, type Local, startLocal } from '../support/local.ts';

const program = join(import.meta.dirname, '../../infra/keys.ts');
const operatorKey = asOperator.authorization.replace('Bearer ', '');

let local: Local;
beforeAll(async () => {
  local = await startLocal();
});
afterAll(() => local.close());

async function run(env: Record<string, string>, args: readonly string[], input = '') {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
  });
  child.stdin.end(input);
  const [out, err, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { status, out, err };
}

const keys = (...args: string[]) => run({ ASTAKE_KEY: operatorKey }, [...args, '--url', local.url]);
const made = ['create', '--name', 'the app', '--role', 'operator', '--role', 'writer'];

describe('npm run keys, through the API', () => {
  test('writes a new key alone to standard output, and the key works', async () => {
    const { status, out, err } = await keys(...made, '--application', 'shop', '--note', 'for the shop');
    const key = out.trim();
    expect([status, keyIdIn(key)]).toEqual([0, expect.any(String)]);
    expect(out).toBe(`${key}\n`);
    expect(err).not.toContain(key);
    const asKey = { authorization: `Bearer ${key}` };
    expect((await local.get(`/v1/keys/${keyIdIn(key)}`, asKey)).body).toMatchObject({
      name: 'the app',
      application: 'shop',
    });
    const next = await local.post('/v1/keys', { name: 'next', roles: ['reader'] }, asKey);
    expect(next.body).toMatchObject({ createdBy: `key:${keyIdIn(key)}` });
    const asReader = { authorization: `Bearer ${next.body.key}` };
    expect((await local.get('/v1/keys', asReader)).status).toBe(403);
  });

  test('takes the credential from standard input, lists, replaces and revokes', async () => {
    const id = keyIdIn((await keys(...made)).out.trim()) ?? '';
    const listed = await run({}, ['list', '--url', local.url], `${operatorKey}\n`);
    expect([listed.status, listed.out]).toEqual([
      0,
      expect.stringMatching(
        new RegExp(
          `^ID +STATUS +ROLES +APPLICATION +EXPIRES +NAME$[^]*^${id}  active +operator,writer  - +never +the app$`,
          'm',
        ),
      ),
    ]);
    const rotated = await keys('rotate', id, '--overlap-seconds', '0', '--json');
    expect(JSON.parse(rotated.out)).toMatchObject({ replaces: id, name: 'the app' });
    const next = JSON.parse(rotated.out).id;
    const revoked = await keys('revoke', next, '--json');
    expect([revoked.status, JSON.parse(revoked.out).status]).toEqual([0, 'revoked']);
    const all = JSON.parse((await keys('list', '--json')).out) as { id: string; status: string }[];
    expect(all.filter((key) => key.id === id || key.id === next).map((key) => key.status)).toEqual([
      'revoked',
      'expired',
    ]);
  });

  test.each([
    ['a wrong credential', { ASTAKE_KEY: 'wrong' }, ['list'], 1, '401'],
    ['no credential', {}, ['list'], 2, 'ASTAKE_KEY'],
    ['an unknown id', { ASTAKE_KEY: operatorKey }, ['revoke', '000000000000'], 1, '404'],
    ['an unknown role', { ASTAKE_KEY: operatorKey }, ['create', '--name', 'a', '--role', 'root'], 1, 'roles'],
    ['no command', { ASTAKE_KEY: operatorKey }, ['make'], 2, 'unknown command'],
    ['no id', { ASTAKE_KEY: operatorKey }, ['revoke'], 2, "missing required argument 'id'"],
    [
      'a whole key for an id',
      { ASTAKE_KEY: operatorKey },
      ['revoke', `astk_000000000000_${'s'.repeat(49)}`],
      2,
      'two underscores',
    ],
    [
      'a service that is not there',
      { ASTAKE_KEY: operatorKey },
      ['list', '--url', 'http://127.0.0.1:3'],
      2,
      'ECONNREFUSED',
    ],
    ['an unknown option', { ASTAKE_KEY: operatorKey }, ['list', '--key', 'x'], 2, '--key'],
  ])('says what is wrong with %s', async (_, env, args, status, part) => {
    const got = await run(env as Record<string, string>, ['--url', local.url, ...args]);
    expect([got.status, got.out]).toEqual([status, '']);
    expect(got.err).toContain(part);
    expect(got.err).not.toContain('sss');
  });

  test('sends no credential over plain HTTP to another host', async () => {
    const got = await run({ ASTAKE_KEY: operatorKey }, ['list', '--url', 'http://example.invalid']);
    expect([got.status, got.err]).toEqual([2, expect.stringContaining('must be https')]);
  });

  test('explains itself', async () => {
    expect(await run({}, ['--help'])).toMatchObject({ status: 0, out: expect.stringContaining('Exit status') });
  });
});

test('npm run keys --direct makes the first key in the tables, audited, and the service accepts it', async () => {
  const endpoint = local.stack.engine.endpoint ?? '';
  const env = { ASTAKE_ENVIRONMENT: 'local', AWS_ENDPOINT_URL_DYNAMODB: endpoint };
  const { status, out } = await run(env, [...made, '--direct']);
  const key = out.trim();
  const id = keyIdIn(key) ?? '';
  expect(status).toBe(0);
  expect((await local.get('/v1/keys', { authorization: `Bearer ${key}` })).status).toBe(200);
  const dynamo = createDynamo({ endpoint, requestTimeoutMs: 10_000 });
  const trail = await createStore(dynamo, namePrefix('local')).audit.history({ kind: 'key', id }, { limit: 2 });
  dynamo.destroy();
  expect(trail).toMatchObject([{ cause: 'access', actor: expect.stringMatching(/^aws:/), before: null }]);
  expect((await run({}, ['list', '--direct'])).status).toBe(2);
});

test('npm run keys --direct says what to look at where the tables or the region cannot be had', async () => {
  const endpoint = local.stack.engine.endpoint ?? '';
  const elsewhere = { ASTAKE_ENVIRONMENT: 'elsewhere', AWS_ENDPOINT_URL_DYNAMODB: endpoint };
  const [noTables, noRegion] = await Promise.all([
    run(elsewhere, [...made, '--direct']),
    run({ ASTAKE_ENVIRONMENT: 'dev', AWS_CONFIG_FILE: '/dev/null' }, [...made, '--direct']),
  ]);
  expect([noTables.status, noTables.out, noTables.err]).toEqual([2, '', expect.stringContaining('ASTAKE_ENVIRONMENT')]);
  expect([noRegion.status, noRegion.out, noRegion.err]).toEqual([2, '', expect.stringContaining('set AWS_REGION')]);
});
