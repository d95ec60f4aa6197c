import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { asOperator, type Got, type Local, startLocal } from '../support/local.ts';

/** Rule PROOF-2, on a chain whose nodes give proofs. */
const height = 60;
const { owner, transaction } = recordedExamples['chain-e'];
const account = `/v1/accounts/${owner}`;
const token = '/v1/assets/villas/0';
const fromChain = { 'cache-control': 'no-cache' };
const fromStore = { 'cache-control': 'only-if-cached' };

let local: Local;
beforeAll(async () => {
  local = await startLocal({ recording: 'chain-e', height });
});
afterAll(() => local?.close());

/** Whether the block's signatures are known too is not asked here. */
const proved = (unproved: readonly string[], at = height) =>
  expect.objectContaining({ level: expect.stringMatching(/^(state|signed)$/), height: at, unproved });
const unproved = (...parts: readonly string[]) => ({ level: 'none', reason: 'nothing_proved', unproved: parts });
const ofToken = proved(['absence']);
const ofAccount = proved(['holds']);

const labelled = ({ status, body }: Got) => [status, body.meta.source, body.meta.proof];

describe.each([
  ['an account, whose holds a node may leave out', account, 200, ofAccount],
  ['a token, of which nothing says that it is burnt', token, 200, ofToken],
  ['a collection', '/v1/collections/villas', 200, proved([])],
  ['a staking position', `${account}/staking`, 200, proved(['absence', 'rewards', 'stakes', 'validators'])],
  ['a transaction', `/v1/transactions/${transaction}`, 200, unproved('transaction')],
  ['a token that is not there', '/v1/assets/villas/999', 404, unproved('absence')],
  ['an account that is not there', `/v1/accounts/account-hash-${'0'.repeat(64)}`, 404, unproved('absence')],
  ['a transaction that no node knows', `/v1/transactions/${'0'.repeat(64)}`, 404, unproved('transaction')],
])('%s', (_what, path, status, proof) => {
  test('is as far proved from the cache as from the chain', async () => {
    expect(labelled(await local.get(path, fromChain))).toEqual([status, 'chain', proof]);
    expect(labelled(await local.get(path))).toEqual([status, 'cache', proof]);
  });
});

test('what is answered from the database keeps its proof, in a list too', async () => {
  const { body } = await local.get(token, fromChain);
  for (const node of local.nodes) node.fault('down');
  const stored = await local.get(token, { 'cache-control': 'no-cache' });
  for (const node of local.nodes) node.fault(undefined);
  expect(labelled(stored)).toEqual([200, 'database', ofToken]);
  const list = await local.get(`/v1/assets?owner=${body.data.owner}&limit=1`);
  expect(list.body.items.map(({ meta }: Got['body']) => meta.proof)).toEqual([ofToken]);
});

test('each outcome of a batch has its own', async () => {
  const refs = [
    { kind: 'account', id: owner },
    { kind: 'asset', id: 'villas:999' },
    { kind: 'transaction', id: transaction },
  ];
  const { body } = await local.post('/v1/lookup', { refs });
  expect(body.results.map(({ meta }: Got['body']) => meta.proof)).toEqual([
    ofAccount,
    unproved('absence'),
    unproved('transaction'),
  ]);
});

test('in the past it is that of the reading, whether the chain or the history answers', async () => {
  const past = await local.get(`${token}?at=40`);
  expect(labelled(past)).toEqual([200, 'chain', proved(['absence'], 40)]);
  await local.get(token, fromChain);
  expect(labelled(await local.get(`${token}?at=${height}`, fromStore))).toEqual([200, 'history', ofToken]);
  expect((await local.get('/v1/assets/villas/999?at=40')).body.meta.proof).toEqual(unproved('absence'));
  const before = await local.get(`/v1/transactions/${transaction}?at=1`);
  expect(labelled(before)).toEqual([404, 'chain', unproved('transaction')]);
});

test('trail and record have the evidence, and answers have none', async () => {
  const { body: answer } = await local.get(account, fromChain);
  const { body } = await local.get(`${account}/history`);
  const evidence = {
    root: expect.stringMatching(/^[0-9a-f]{64}$/),
    digest: expect.stringMatching(/^[0-9a-f]{64}$/),
  };
  const withEvidence = expect.objectContaining({ height, unproved: ['holds'], evidence });
  expect([body.entries[0].proof, body.problems]).toEqual([withEvidence, []]);
  expect(answer.meta.proof).not.toHaveProperty('evidence');
  const record = await local.get(`/v1/records?kind=account&id=${owner}`, asOperator);
  expect(record.body.proof).toEqual(withEvidence);
});

describe('the audit report has the proofs under its digests', () => {
  const day = 86_400_000;
  const [begin, end] = [-day, day].map((from) => new Date(Date.now() + from).toISOString());
  const span = `from=${begin}&until=${end}`;
  const whole = (file: string, report: string): string => {
    const folder = mkdtempSync(join(tmpdir(), 'proved-report-'));
    writeFileSync(join(folder, file), report);
    const { stdout } = spawnSync(process.execPath, ['examples/check-audit.mjs', join(folder, file)], {
      encoding: 'utf8',
    });
    rmSync(folder, { recursive: true });
    return stdout;
  };
  const report = async (format: string): Promise<string> =>
    (await fetch(`${local.url}/v1/audit?${span}&format=${format}`, { headers: asOperator })).text();

  test('which the example makes anew, of JSON and of a table', async () => {
    await local.get(account, fromChain);
    const json = await report('json');
    expect(JSON.parse(json).entries.some(({ proof }: Got['body']) => proof?.evidence?.root.length === 64)).toBe(true);
    expect(whole('report.json', json)).toMatch(/: whole\n$/);
    expect(whole('report.csv', await report('csv'))).toMatch(/: whole\n$/);
  });

  test('so that one that is changed or taken out shows', async () => {
    await local.get(account, fromChain);
    const json = JSON.parse(await report('json'));
    const proved = json.entries.find(({ proof }: Got['body']) => proof !== null);
    for (const proof of [{ ...proved.proof, level: 'none' }, null]) {
      const entries = json.entries.map((entry: Got['body']) => (entry === proved ? { ...entry, proof } : entry));
      expect(whole('report.json', JSON.stringify({ ...json, entries }))).toContain('it does not match its digest');
    }
  });
});
