import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { seedUsage } from '../../examples/seed-usage.ts';
import { DEV_ACCOUNTS } from '../../infra/local/dev-chain/dev-accounts.ts';
import { embeddedRecording, recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { loadRecording } from '../../infra/local/dev-chain/recording.ts';
import { devKeys, keyOf, type Signer, signedTransfer } from '../infra/local/dev-chain/signed.ts';
import { asOperator, type Local, startLocal } from '../support/local.ts';
import { type Installed, installExamples } from './installed.ts';

let local: Local;
let app: Installed;
beforeAll(async () => {
  // As `npm start` has it: blocks with submitted transactions are made here, and signed by no validator.
  [local, app] = await Promise.all([
    startLocal({ recording: embeddedRecording, height: 45, env: { ASTAKE_UNSIGNED: 'label' } }),
    installExamples(),
  ]);
  await nextBlock();
});
afterAll(async () => {
  app.remove();
  await local.close();
});

const { account, owner, transaction } = recordedExamples[embeddedRecording];
const token = asOperator.authorization.replace('Bearer ', '');
const [from] = devKeys as readonly [Signer, Signer];

async function nextBlock(): Promise<void> {
  local.setHeight(local.node.height() + 1);
  expect((await local.post('/v1/sync', {}, asOperator)).status).toBe(200);
}

async function transferTo(key: number): Promise<void> {
  const transfer = signedTransfer({ from, to: keyOf(key).publicKey.toHex() });
  expect((await local.post('/v1/transactions', transfer, asOperator)).status).toBe(202);
  await nextBlock();
}

function start(program: string, ...args: readonly string[]) {
  const env = { PATH: process.env.PATH, API: local.url };
  return spawn(program, args, { cwd: app.folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function run(program: string, ...args: readonly string[]) {
  const child = start(program, ...args);
  const [out, err, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { out, err, status };
}

// Rule PROOF-5. Before anything is submitted: later blocks are signed by no validator.
describe('the script that checks a balance itself', () => {
  const { blocks, meta } = loadRecording(embeddedRecording);
  const anchor = blocks.find(({ header }) => header.era_end !== null && header.height > 0);
  const script = ['examples/verify.mjs', account, meta.chainspec_name, String(anchor?.header.height)] as const;

  test('shows what is proved, and what is not', async () => {
    const { out, err, status } = await run(process.execPath, ...script, String(anchor?.hash));
    expect([err, status]).toEqual(['', 0]);
    expect(out).toMatch(
      /^[\d.]+ CSPR at block \d+, signed by (1|0\.\d+)\nwithout a proof: holds\nthe next anchor: \d+ [0-9a-f]{64}\n$/,
    );
  });

  test('refuses what leads from no such block', async () => {
    const { out, err, status } = await run(process.execPath, ...script, 'ab'.repeat(32));
    expect([out, status]).toEqual(['', 1]);
    expect(err).toMatch(/^refused, anchor: /);
  });
});

test('what the first version of the service offered in a process, an app has with the client', async () => {
  const got = await seedUsage({ url: local.url, token });
  expect(got.asset).toMatchObject({ data: { kind: 'asset', tokenId: '0', owner } });
  expect(got.freshAsset.meta.source).toBe('chain');
  expect(got.cachedAsset.meta.source).toBe('cache');
  expect(got.plainAsset.data).toEqual(got.asset.data);
  expect(got.tokenInfo).toEqual({
    tokenId: '0',
    owner,
    assetValue: expect.any(String),
    verified: expect.any(Boolean),
    contractAddress: expect.stringMatching(/^[0-9a-f]{64}$/),
    blockNumber: expect.any(Number),
  });
  expect(got.results.map((one) => one.ref.id)).toEqual(['villas:0', 'villas:1', 'villas:2']);
  expect(got.balance).toEqual({ motes: expect.stringMatching(/^\d+$/), cspr: expect.any(String) });
  expect(got.stakingMetrics).toMatchObject({ totalStaked: { motes: expect.any(String) } });
  expect(Object.keys(got.stakingMetrics)).toEqual(['totalStaked', 'rewards', 'exchangeRate']);
  expect(got.deployInfo).toMatchObject({ hash: transaction, status: expect.stringMatching(/processed|failed/) });
  expect(got.refreshed).toEqual(expect.arrayContaining([expect.stringMatching(/^account: (un)?changed$/)]));
  expect(got.tick).toMatchObject({ tick: { stoppedBy: 'done' } });
  expect(got.health).toMatchObject({ status: expect.stringMatching(/healthy|degraded/) });
  expect(got.stats).toHaveProperty('instance');
  expect([got.conflicts, got.resolved]).toEqual([[], []]);
  expect(got.report).toMatchObject({ status: 'finished', scope: { kind: 'asset' } });
});

test('nothing that the first version offered is left out, and the example runs by itself', async () => {
  const source = readFileSync(join(import.meta.dirname, '../../examples/seed-usage.ts'), 'utf8');
  const offered = {
    secondaryLookupService: ["getAssetData('asset_123')", 'batchGetAssets(', 'refreshUserData(', 'getCacheStats('],
    blockchainSyncService: ['startSync(', 'forceSync(', 'getUnresolvedConflicts('],
    integratedDataService: ['initialize(', 'getAsset(', 'getUserBalance(', 'refreshUserData(', 'getServiceHealth('],
    reconciliationService: ['forceReconciliation('],
    casperService: ['getAssetTokenInfo(', 'getAccountBalance(', 'getStakingMetrics('],
    casperClient: ['getDeployInfo('],
  };
  for (const [service, calls] of Object.entries(offered))
    for (const call of calls) expect(source).toContain(`${service}.${call}`);
  for (const call of ['resolveConflicts(', 'shutdown(']) expect(source).toContain(`integratedDataService.${call}`);
  const child = spawn(process.execPath, ['examples/seed-usage.ts'], {
    cwd: app.folder,
    env: { PATH: process.env.PATH, API: local.url, KEY: token },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  expect([err, status]).toEqual(['', 0]);
  expect(out).toContain('tokenInfo: {');
});

describe('the script for Node', () => {
  test('shows what an owner has', async () => {
    const { out, err, status } = await run(process.execPath, 'examples/owner.mjs', owner, '--once');
    expect([err, status]).toEqual(['', 0]);
    expect(out).toMatch(new RegExp(`^${owner}: [\\d.]+ CSPR at block \\d+\\n  [0-9a-f]{64}:0\\n`));
  });

  test('shows a change, with the balance after it', async () => {
    // The first submission brings the sender's account.
    await transferTo(81);
    const child = start(process.execPath, 'examples/owner.mjs', DEV_ACCOUNTS[0].publicKey);
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const next = async () => {
      const { done, value } = await lines.next();
      if (done) throw new Error(`the script has ended: ${await text(child.stderr)}`);
      return value as string;
    };
    const first = await next();
    expect(first).toMatch(/CSPR at block/);
    await transferTo(80);
    expect(await next()).toContain('RecordChanged');
    let last = first;
    while (last.split(' ')[1] === first.split(' ')[1]) last = await next();
    child.kill('SIGINT');
    expect(await once(child, 'close')).toEqual([0, null]);
  });

  test('says what is wrong', async () => {
    const { err, status } = await run(process.execPath, 'examples/owner.mjs', 'nothing', '--once');
    expect([err, status]).toEqual([expect.stringMatching(/^invalid_id: .*\(request .*\)\n$/), 1]);
  });
});

(existsSync('/usr/bin/curl') ? test : test.skip)('the script for curl succeeds', async () => {
  const { out, err, status } = await run('bash', 'examples/lookups.sh');
  expect([status, err.split('\n').length]).toEqual([0, 10]);
  expect(out).toContain('again: 304');
  expect(
    out
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => Object.keys(JSON.parse(line))[0]),
  ).toContain('results');
  expect(out).toContain(account.slice(0, 4));
});
