import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SignJWT } from 'jose';
import { type DevChain, startDevChain } from '../../infra/local/dev-chain/dev-chain.ts';
import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { hashOfKey, keyOf } from '../../lib/domain/api-key.ts';
import { operations } from '../../lib/runtime/contract/operations.ts';
import { sendRaw } from '../fuzz/raw-request.ts';
import { devKeys, type Signer, signedTransfer, keyOf as signerOf } from '../infra/local/dev-chain/signed.ts';
import { eventually, type Started, startService } from './child.ts';
import { requestsWith } from './credential-places.ts';
import { storedItems } from './stored-items.ts';

/** Credentials that are valid, and such that are not, by name. */
const credentials = new Map<string, string>();
/** What must not be found: the secret part of each credential, and the forms in which it is sent. */
const canaries = new Map<string, string>();
const nodeKey = 'a-node-key-c4nary';
const devKey = 'a-dev-key-c4nary';
const { collections, account } = recordedExamples['chain-a'];

let node: DevChain;
let issuer: Server;
let service: Started;
let revoked: string;
/** Every answer, with its headers, but for the one to the request that makes a key. */
const answers: string[] = [];

beforeAll(async () => {
  node = await startDevChain({ height: 60 });
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = { ...pair.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'ES256', use: 'sig' };
  issuer = createServer((_, response) => response.end(JSON.stringify({ keys: [jwk] }))).listen(0, '127.0.0.1');
  await new Promise((resolve) => issuer.once('listening', resolve));
  const iss = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
  const header = { name: 'X-Key', env: 'A_NODE_KEY' };
  service = await startService({
    CASPER_UPSTREAMS: JSON.stringify([
      { name: 'a', url: `${node.url}?key=${nodeKey}`, header },
      { name: 'b', url: `http://user:${nodeKey}@127.0.0.1:9/rpc`, header },
    ]),
    A_NODE_KEY: nodeKey,
    CASPER_CHAIN_NAME: node.chainName,
    ASTAKE_MAX_TIP_AGE_SECONDS: '0',
    ASTAKE_PROVE_PERCENT: '0',
    ASTAKE_COLLECTIONS: JSON.stringify(collections),
    ASTAKE_JWT_ISSUERS: JSON.stringify([
      { issuer: iss, audience: 'astake', roles: { operate: 'operator', write: 'writer' }, applicationClaim: 'app' },
    ]),
    ASTAKE_DEADLINE_MS: '800',
    ASTAKE_ATTEMPT_MS: '300',
    ASTAKE_DEV_KEY: devKey,
    POWERTOOLS_LOG_LEVEL: 'DEBUG',
  });
  const token = (exp: number, audience = 'astake') =>
    new SignJWT({ iss, sub: 'ada', scope: 'operate write', app: 'shop', exp, aud: audience })
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .sign(pair.privateKey);
  const soon = Math.floor(Date.now() / 1_000) + 3_600;
  const [valid, ended] = [await made(), await made()];
  await ask('DELETE', `/v1/keys/${ended.id}`, { authorization: `Bearer ${devKey}` });
  revoked = ended.id;
  credentials.set('a valid key', valid.key);
  credentials.set('a valid token', await token(soon));
  credentials.set('a revoked key', ended.key);
  credentials.set('an unknown key', keyOf(new Uint8Array(40).fill(9)).key);
  credentials.set('a token that has expired', await token(soon - 7_200));
  credentials.set('a token for another service', await token(soon, 'other'));
  for (const [name, text] of credentials) {
    const secret = text.startsWith('astk_') ? (text.split('_')[2] ?? '') : (text.split('.')[2] ?? '');
    canaries.set(name, secret);
    canaries.set(`${name}, in base64`, Buffer.from(`ada:${text}`).toString('base64').slice(24, -4));
    canaries.set(`${name}, its hash`, hashOfKey(text));
  }
  canaries.set('the key of a node', nodeKey);
  canaries.set('the key of the local run', devKey);
});
afterAll(async () => {
  service.kill('SIGINT');
  await service.ended;
  await node.close();
  issuer.close();
});

async function made(): Promise<{ readonly id: string; readonly key: string }> {
  const body = JSON.stringify({ name: 'a', roles: ['operator', 'writer'], application: 'shop' });
  const headers = { authorization: `Bearer ${devKey}`, 'content-type': 'application/json' };
  const { text } = await sendRaw(service.url, { method: 'POST', path: '/v1/keys', headers, body });
  return JSON.parse(text);
}

type Headers = Readonly<Record<string, string>>;

async function ask(method: string, path: string, headers: Headers, body?: string): Promise<number> {
  const { status, headers: sent, text } = await sendRaw(service.url, { method, path, headers, body });
  const isNewKey = status === 201 && method === 'POST' && path.startsWith('/v1/keys');
  if (!isNewKey) answers.push(JSON.stringify([method, path.split('?')[0]?.slice(0, 40), status, [...sent], text]));
  return status;
}

/** Answers, logs and all stored items in which a canary is, as `where: canary`. `secretHash` of a key is its hash, by design. */
async function found(): Promise<string[]> {
  const places: [string, string][] = answers.map((text) => [`answer ${text.slice(0, 80)}`, text]);
  for (const line of service.output().split('\n')) places.push([`output ${line.slice(0, 120)}`, line]);
  for await (const [table, { secretHash: _, ...item }] of storedItems(service.engine))
    places.push([`table ${table}`, JSON.stringify(item)]);
  return places.flatMap(([where, text]) =>
    [...canaries].flatMap(([name, canary]) => (text.includes(canary) ? [`${where}: ${name}`] : [])),
  );
}

const asDev = { authorization: `Bearer ${devKey}` };

/** Every credential in every place, spread over the operations. */
async function sendEverywhere(statuses: Set<number>): Promise<void> {
  let at = 0;
  for (const operation of operations.filter(({ tag, method }) => tag !== 'Local data' || method !== 'PUT')) {
    const [, credential] = [...credentials][at++ % credentials.size] as [string, string];
    for (const request of requestsWith(credential, operation, asDev)) statuses.add(await ask(...request));
  }
}

/** Signed transactions that are sent, with a credential as the caller's own and as the key against a second submission. */
async function submitWith(credential: string, to: number): Promise<readonly number[]> {
  const transaction = signedTransfer({ from: devKeys[0] as Signer, to: signerOf(to).publicKey.toHex() });
  const body = JSON.stringify(transaction);
  const json = { 'content-type': 'application/json' };
  const own = { ...json, authorization: `Bearer ${credential}` };
  return [
    await ask('POST', '/v1/transactions', { ...json, ...asDev, 'idempotency-key': credential }, body),
    await ask('POST', '/v1/transactions', own, body),
  ];
}

async function readReports(statuses: Set<number>): Promise<void> {
  const day = (from: number) => new Date(Date.now() + from * 86_400_000).toISOString().slice(0, 10);
  const span = `from=${day(-1)}&until=${day(1)}`;
  const paths = [
    'health',
    'stats',
    'sync',
    'keys',
    'conflicts',
    'reconciliations',
    `audit?${span}`,
    `audit?${span}&format=csv`,
  ];
  for (const path of [...paths, `keys/${revoked}`]) {
    statuses.add(await ask('GET', `/v1/${path}`, asDev));
    statuses.add(await ask('GET', `/v1/${path}`, { ...asDev, accept: 'text/html' }));
  }
  const { text } = await sendRaw(service.url, {
    method: 'GET',
    path: '/v1/reconciliations',
    headers: asDev,
    body: undefined,
  });
  const [run] = JSON.parse(text).items;
  for (const accept of ['application/json', 'text/html'])
    expect(await ask('GET', `/v1/reconciliations/${run.id}`, { ...asDev, accept })).toBe(200);
  const events = /events +(http\S+)/.exec(service.output())?.[1] ?? '';
  answers.push(await (await fetch(events)).text());
}

describe('credentials in every place', () => {
  test('are in no answer, log line, event or stored item, also in outages, but for the hash of a key (rules ACCESS-1 and ACCESS-28)', async () => {
    const statuses = new Set<number>();
    await sendEverywhere(statuses);
    expect(await ask('POST', '/v1/reconciliations', { ...asDev, 'content-type': 'application/json' }, '{}')).toBe(202);
    let to = 60;
    for (const [name, credential] of credentials) {
      to += 2;
      const isValid = name.startsWith('a valid');
      expect([name, ...(await submitWith(credential, to))]).toEqual([name, 400, isValid ? 202 : 401]);
    }
    node.fault('server-error');
    await sendEverywhere(statuses);
    node.fault(undefined);
    // The engine stands still: the store does not answer.
    for (const pid of service.children) process.kill(pid, 'SIGSTOP');
    for (const credential of credentials.values()) {
      const authorization = `Bearer ${credential}`;
      statuses.add(await ask('GET', `/v1/accounts/${account}`, { authorization }));
      statuses.add(await ask('POST', '/v1/sync', { authorization }));
      statuses.add(
        await ask(
          'POST',
          '/v1/sync',
          { ...asDev, 'content-type': 'application/json' },
          JSON.stringify({ note: credential }),
        ),
      );
    }
    for (const pid of service.children) process.kill(pid, 'SIGCONT');
    await eventually(async () => (await ask('GET', '/v1/keys', asDev)) === 200);
    await readReports(statuses);
    expect([...statuses].sort()).toEqual(expect.arrayContaining([200, 400, 401, 404, 503]));
    expect([...new Set(await found())].slice(0, 50)).toEqual([]);
  });

  test('may be in the data of an application, and then are there and in its trail alone', async () => {
    const [name, credential] = [...credentials][3] as [string, string];
    const owner = { authorization: `Bearer ${credentials.get('a valid key')}`, 'content-type': 'application/json' };
    const headers = { ...owner, 'if-none-match': '*' };
    answers.length = 0;
    const body = JSON.stringify({ kept: credential });
    // The engine may still be slow after its outage: a 503 is asked again, and 412 says that it had been stored after all.
    const stored = async () => ask('PUT', `/v1/accounts/${account}/local`, headers, body);
    await eventually(async () => [201, 412].includes(await stored()));
    answers.length = 0;
    expect([...new Set(await found())].sort()).toEqual([`table audit: ${name}`, `table local-data: ${name}`]);
  });
});
