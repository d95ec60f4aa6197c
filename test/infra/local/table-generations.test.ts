import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { keyIdIn } from '../../../lib/domain/api-key.ts';
import { createDynamo } from '../../../lib/store/dynamodb/client.ts';
import { createStore } from '../../../lib/store/store.ts';
import { tableNames } from '../../../lib/store/tables.ts';
import { asOperator, type Local, startLocal } from '../../support/local.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';

const tables = 'astake-lookup-local-restored';
const height = 60;
const truth = recordedTruth('chain-a');
const account = truth.accounts.map(({ id }) => id).find((id) => truth.account(id, height)) as string;

let local: Local;
beforeAll(async () => {
  local = await startLocal({ height, env: { ASTAKE_TABLES: tables } });
});
afterAll(() => local?.close());

async function run(program: string, args: readonly string[], given: Readonly<Record<string, string>> = {}) {
  const path = join(import.meta.dirname, '../../../infra', program);
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', path, ...args], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      ASTAKE_ENVIRONMENT: 'local',
      ASTAKE_TABLES: tables,
      AWS_ENDPOINT_URL_DYNAMODB: local.stack.engine.endpoint ?? '',
      ...given,
    },
  });
  const [out, err, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { status, out, err };
}

test('the service, its streams and its programs use the generation of tables that ASTAKE_TABLES names, and no other one', async () => {
  expect((await local.get(`/v1/accounts/${account}`)).body.meta.source).toBe('chain');
  expect((await local.post('/v1/sync', {}, asOperator)).status).toBe(200);
  expect((await local.get(`/v1/accounts/${account}`)).body.meta.source).toBe('cache');
  const made = await run('keys.ts', ['create', '--direct', '--name', 'Ada', '--role', 'operator']);
  expect(made.status).toBe(0);
  const authorization = `Bearer ${made.out.trim()}`;
  expect((await local.get('/v1/keys', { authorization })).status).toBe(200);
  expect(await run('audit-verify.ts', [])).toMatchObject({ status: 0, out: expect.stringMatching(/intact/), err: '' });

  const endpoint = local.stack.engine.endpoint ?? '';
  const dynamo = createDynamo({ endpoint, requestTimeoutMs: 10_000, connectionTimeoutMs: 10_000 });
  const { TableNames } = await dynamo.send(new ListTablesCommand({}));
  const id = keyIdIn(made.out.trim()) ?? '';
  const trail = await createStore(dynamo, tables).audit.history({ kind: 'key', id }, { limit: 2 });
  dynamo.destroy();
  expect(TableNames?.sort()).toEqual(tableNames.map((name) => `${tables}-${name}`).sort());
  expect(trail).toHaveLength(1);
});

test('a name that could be of another environment is refused by every program', async () => {
  const foreign = { ASTAKE_TABLES: 'astake-lookup-production' };
  for (const [program, args] of [
    ['keys.ts', ['list', '--direct']],
    ['audit-verify.ts', []],
    ['local/start.ts', []],
  ] as const)
    expect([program, await run(program, args, foreign)]).toEqual([
      program,
      { status: program === 'local/start.ts' ? 1 : 2, out: '', err: expect.stringContaining('ASTAKE_TABLES must be') },
    ]);
});
