import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { keyIdIn } from '../../lib/domain/api-key.ts';
import { eventually } from '../faults/child.ts';
import { devKeys, keyOf, type Signer, signedTransfer } from '../infra/local/dev-chain/signed.ts';
import { asOperator, type Local, startLocal } from '../support/local.ts';
import { type Ran, runProgram, startProgram } from './run-program.ts';

const key = asOperator.authorization.replace('Bearer ', '');
const { account, owner, transaction } = recordedExamples['chain-a'];

let local: Local;
/** Everything that any command has written. */
let written = '';
beforeAll(async () => {
  local = await startLocal({ nodes: 2 });
  await local.post('/v1/sync', {}, asOperator);
});
afterAll(() => local.close());

const env = () => ({ ASTAKE_URL: local.url, ASTAKE_KEY: key, COLUMNS: '80' });

async function run(args: string, input?: string): Promise<Ran> {
  const ran = await runProgram(env(), args.split(' '), input);
  written += ran.out + ran.err;
  return ran;
}

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
async function json(args: string, status = 0, input?: string): Promise<any> {
  const ran = await run(`${args} --json`, input);
  expect([args, ran.status, ran.status === 0 ? '' : ran.err]).toEqual([args, status, status === 0 ? '' : ran.err]);
  return JSON.parse(ran.out);
}

const linesOf = ({ out }: Ran): string[] => out.trim().split('\n');

describe('reads', () => {
  test('get shows each kind as text and as the exact answer', async () => {
    const got = await run('get asset villas 0');
    expect(got).toMatchObject({ status: 0, err: '' });
    expect(got.out).toMatch(/^collection {11}villas$/m);
    expect(got.out).toMatch(/^owner\n {2}account-hash-07057cd1[0-9a-f]+$/m);
    expect(got.out).toMatch(/^from (chain|cache), block 60, known to hold through block 60, \d+ s old, not proved$/m);
    for (const [args, path] of [
      [`account ${account}`, `/v1/accounts/${account}`],
      [`staking ${account}`, `/v1/accounts/${account}/staking`],
      [`transaction ${transaction}`, `/v1/transactions/${transaction}`],
      ['collection villas', '/v1/collections/villas'],
    ]) {
      expect((await json(`get ${args}`)).data).toEqual((await local.get(path as string)).body.data);
    }
  });

  test('get passes on how fresh an answer must be', async () => {
    expect((await json('get asset villas 0 --no-cache')).meta.source).toBe('chain');
    expect((await json('get asset villas 0 --max-age 3600')).meta.source).toBe('cache');
    expect((await json('get asset villas 0 --at 58')).meta.at).toBe(58);
    expect(await run('get asset villas 0 --min-height 9999999')).toMatchObject({ status: 2, out: '' });
  });

  test('batch answers line by line, in order, while the input goes on', async () => {
    const child = startProgram(env(), ['batch', '--json']);
    const lines = (async () => {
      let all = '';
      for await (const chunk of child.stdout) {
        all += chunk;
        if (all.split('\n').length === 3) child.stdin.end('account nonsense\n');
      }
      return all
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
    })();
    child.stdin.write(`asset villas 0\naccount ${account}\n`);
    const [status] = await once(child, 'close');
    expect((await lines).map(({ ref, error }) => [ref.kind, error?.code])).toEqual([
      ['asset', undefined],
      ['account', undefined],
      ['account', 'invalid_id'],
    ]);
    expect(status).toBe(1);
  });

  test('batch sends more than one request where there are more than a hundred lines', async () => {
    const ran = await run('batch --kind asset --json', 'villas:0\n'.repeat(230));
    expect([ran.status, linesOf(ran).length]).toEqual([0, 230]);
  });

  test('owner and collections are tables of 80 columns', async () => {
    expect((await run(`owner ${owner} --limit 1`)).out).toBe(
      [
        'COLLECTION  TOKEN  OWNER                                        VALUE      BLOCK',
        'villas      0      account-hash-07057cd1dd5ecd8b77a0249f04eb9…  250000.00  60\n',
      ].join('\n'),
    );
    const all = await run('collections');
    expect(linesOf(all)[0]).toBe('COLLECTION  STANDARD  NAME     MINTED  TRACKED  TOKENS ARE');
    expect(linesOf(all).at(-1)).toMatch(/ (?:whole|being read|to be read again|not read yet)$/);
    expect(linesOf(await run('collections villas --json')).map((line) => JSON.parse(line).data.tokenId)).toContain('0');
  });
});

describe('the feed', () => {
  test('is written until its head, and ends with the cursor', async () => {
    const ran = await run('watch --after start --until-head --json');
    const events = linesOf(ran).map((line) => JSON.parse(line));
    expect(ran.status).toBe(0);
    expect(events.map(({ type }) => type)).toContain('RecordChanged');
    const cursor = /watch --after (\S+)/.exec(ran.err)?.[1] as string;
    expect(await run(`watch --after ${cursor} --until-head`)).toMatchObject({ status: 0, out: '' });
  });

  test('is followed until Ctrl-C, which prints the cursor to go on from', async () => {
    const child = startProgram(env(), ['watch', '--after', 'start']);
    const err = text(child.stderr);
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    const [status] = await once(child, 'close');
    expect([status, await err]).toEqual([
      130,
      expect.stringMatching(/^cursor \S+; go on with: astake-lookup watch --after/),
    ]);
  });
});

test('submit sends a signed transaction and waits for its block', async () => {
  const [signer] = devKeys as readonly [Signer];
  const signed = JSON.stringify(signedTransfer({ from: signer, to: keyOf(4).publicKey.toHex() }));
  const submitted = await json('submit -', 0, signed);
  expect(submitted).toMatchObject({ hash: JSON.parse(signed).hash, state: 'accepted' });
  const waiting = run('submit - --wait --json', signed);
  local.setHeight(local.node.height() + 1);
  await local.post('/v1/sync', {}, asOperator);
  const ran = await waiting;
  expect([ran.status, JSON.parse(ran.out).data.status]).toEqual([0, 'processed']);
  expect(await run('submit -', 'no json')).toMatchObject({ status: 2, err: expect.stringContaining('not JSON') });
  expect(await run('submit /nowhere')).toMatchObject({ status: 2, err: expect.stringContaining('ENOENT') });
});

test('explain says step by step why a request failed', async () => {
  for (const node of local.nodes) node.fault('down');
  const failed = await run(`get transaction ${'1'.repeat(64)} --json`);
  for (const node of local.nodes) node.fault(undefined);
  expect(failed.status).toBe(2);
  const requestId = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(failed.err)?.[0] ?? '';
  const { out } = await run(`explain ${requestId}`);
  expect(out).toMatch(/^request +GET \/v1\/transactions\/\{hash\}\n/);
  expect(failed.err).toContain(`astake-lookup explain ${requestId}`);
  expect(out).toMatch(/\nMS +STEP +OUTCOME +NODE +BREAKER +TOOK +BLOCK\n/);
  expect(out).toMatch(/\n\d+ +node +failed +\S+ +(open|closed) +\d+ +-\n +info_get_status: RpcFailure/);
  expect(out).toMatch(/\n\d+ +answer +chain_/);
  expect((await json(`explain ${requestId}`)).keptBecause).toBe('failed');
  await run('get asset villas 0');
  for (const node of local.nodes) node.fault('down');
  const { meta } = await json('get asset villas 0 --no-cache');
  for (const node of local.nodes) node.fault(undefined);
  const stale = (await run(`explain ${meta.requestId}`)).out;
  // No call takes time once the breakers of all nodes are open.
  expect(stale).toMatch(/\nMS +STEP +OUTCOME +NODE +BREAKER +(?:TOOK +)?BLOCK +AGE +LIMIT\n/);
  expect(stale).toMatch(
    /\n\d+ +answer +database +- +- +(?:- +)?\d+ +\d+ +\d+\n +stale\n +asset#\S+\n +proof: none, not_asked/,
  );
  const unknown = await run('explain 00000000-0000-4000-8000-000000000000');
  expect(unknown).toMatchObject({ status: 1, err: expect.stringContaining('no explanation of this request') });
  // The look at health probes them: the next test begins with nodes that are asked.
  await eventually(async () => (await local.get('/v1/health', asOperator)).body.components.nodes.status === 'healthy');
});

test('sync shows progress, runs a tick, and does not rewind without a word', async () => {
  expect(await json('sync now')).toMatchObject({ tick: { stoppedBy: 'done' } });
  expect((await run('sync status')).out).toMatch(
    /^cursor +block \d+ of .+\nnewest block .+\n[\s\S]*\nTICK +BLOCKS +READ/,
  );
  expect(await run('rewind')).toMatchObject({ status: 2, err: expect.stringContaining('give the height') });
  expect(await run('rewind 50')).toMatchObject({ status: 2, err: expect.stringContaining('--yes') });
  const height = local.node.height() - 1;
  expect((await json(`rewind ${height} --yes --reviewer ada`)).cursor.height).toBe(height);
  await local.post('/v1/sync', {}, asOperator);
});

test('reconcile starts a run, shows runs and a report, and cancels', async () => {
  const { id } = JSON.parse((await run('reconcile start --kind asset --json')).out);
  await eventually(async () => (await json('reconcile status'))[0].status === 'finished');
  expect((await run('reconcile status')).out).toMatch(
    new RegExp(`^ID +STATUS +OVER +STARTED +COVERAGE\n${id}  finished  asset`),
  );
  expect(await json('reconcile report')).toMatchObject({ id, counts: { missed: 0 } });
  expect((await run(`reconcile report ${id} --html`)).out).toMatch(/^<!doctype html>/i);
  expect(await run(`reconcile cancel ${id}`)).toMatchObject({ status: expect.any(Number) });
});

test('audit reports and verifies all entries, over more than 31 days', async () => {
  const entries = linesOf(await run('audit report --from 2026-10-20 --json')).map((line) => JSON.parse(line));
  expect(entries.length).toBeGreaterThan(5);
  const csv = await run('audit report --from 2026-10-20 --format csv');
  expect(csv.out.split(/\r?\n/).filter((line) => line.startsWith('timestamp,'))).toHaveLength(1);
  expect(csv.out.trim().split(/\r?\n/).length).toBeGreaterThan(entries.length);
  const verified = await json('audit verify --from 2026-10-20');
  expect(verified).toMatchObject({ isWhole: true, broken: [] });
  expect(verified.entries).toBeGreaterThanOrEqual(entries.length);
});

test('keys and webhooks are made, listed and ended; their secrets are on standard output alone', async () => {
  const made = await runProgram(env(), ['keys', 'create', '--name', 'the app', '--role', 'writer']);
  const id = keyIdIn(made.out.trim()) as string;
  expect([made.status, made.err.includes(made.out.trim())]).toEqual([0, false]);
  expect((await run('keys list')).out).toMatch(
    new RegExp(`^ID +STATUS[\\s\\S]*^${id}  active +writer +- +never +the app$`, 'm'),
  );
  expect(await run(`keys revoke ${id}`)).toMatchObject({
    status: 0,
    out: '',
    err: expect.stringContaining('is revoked'),
  });
  const hook = await runProgram(env(), ['webhooks', 'create', 'https://shop.example/hooks', '--json']);
  const { id: hookId, secret } = JSON.parse(hook.out);
  expect([hook.status, hook.err.includes(secret)]).toEqual([0, false]);
  for (const [deed, status] of [
    ['pause', 'paused'],
    ['resume', 'active'],
    ['disable', 'disabled'],
  ])
    expect((await json(`webhooks ${deed} ${hookId}`)).status).toBe(status);
  expect((await run('webhooks list')).out).toContain('disabled');
});

test('status is one screen, with what is wrong first', async () => {
  const ran = await run('status --timeout 60');
  expect(ran.out.split('\n')[0]).toMatch(/^(HEALTHY|DEGRADED) {2}casper-net-1, block \d+ {2}http:/);
  expect(ran.out).toMatch(/^NODE +STATE +BLOCK/m);
  expect(ran.out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  const { health, stats } = await json('status --timeout 60', ran.status as number);
  expect([health.status, typeof stats.instance.startedAt]).toEqual([
    ran.status === 0 ? 'healthy' : 'degraded',
    'string',
  ]);
});

describe('what cannot be done', () => {
  test.each([
    ['an unknown command', 'frobnicate', 2, 'unknown command'],
    ['an unknown option', 'get asset villas 0 --fresh', 2, '--fresh'],
    ['an unknown kind', 'get house 1', 2, 'known kinds: asset, account'],
    ['an id too few', 'get asset villas', 2, '<collection> <token>'],
    ['a wrong id', 'get account nonsense', 1, 'invalid_id'],
    ['what does not exist', 'get asset villas 99999', 1, 'not_found'],
    ['an unknown conflict', 'conflicts abcdef012345', 1, 'no conflict'],
    ['an unknown decision', 'decide abcdef012345 maybe', 2, 'chain, database or dismiss'],
    ['no number', 'get asset villas 0 --max-age soon', 2, 'whole number'],
    ['a service that is not there', 'status --url http://127.0.0.1:3', 2, 'ECONNREFUSED'],
    ['a URL of another kind', 'status --url ftp://a', 2, 'http or https'],
    ['a credential over plain HTTP', 'status --url http://example.invalid', 2, 'must be https'],
    ['a credential in a URL', 'status --url https://a:b@example.invalid', 2, 'other users can see it'],
    ['a whole key as an id', `keys revoke astk_000000000000_${'s'.repeat(49)}`, 2, 'two underscores'],
    ['an unknown shell', 'completion tcsh', 2, 'bash, zsh or fish'],
  ])('is said for %s', async (_, args, status, part) => {
    const ran = await run(args);
    expect([ran.status, ran.out]).toEqual([status, '']);
    expect(ran.err).toContain(part);
    expect(ran.err).not.toMatch(/sssss|\bat .*\.ts:/);
  });

  test('is a typed line of JSON for programs', async () => {
    const ran = await run('get asset villas 99999 --json');
    expect([ran.status, ran.out]).toEqual([1, '']);
    expect(JSON.parse(ran.err).error).toMatchObject({ code: 'not_found', status: 404, retryable: false });
  });

  test('a wrong credential is refused, and not written', async () => {
    const ran = await runProgram({ ...env(), ASTAKE_KEY: 'a-wrong-key' }, ['status']);
    expect([ran.status, ran.err]).toEqual([2, expect.stringContaining('401')]);
    expect(ran.err).not.toContain('a-wrong-key');
  });
});

test('no command has written the credential, and none colours what is no terminal', () => {
  expect(written.length).toBeGreaterThan(10_000);
  expect(written).not.toContain(key);
  expect(written).not.toContain('\u001b');
});
