import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SignJWT } from 'jose';
import { methodsOf } from '../../infra/manifest.ts';
import { hashOfKey, keyOf, type StoredKey } from '../../lib/domain/api-key.ts';
import { mayAct, type Role, roles } from '../../lib/domain/principal.ts';
import { operations } from '../../lib/runtime/contract/operations.ts';
import { keyEntryOf, keySample } from '../store/samples.ts';
import { type Instance, startInstance } from '../support/instances.ts';
import { startService, type TestService } from '../support/service.ts';

const modes = ['open', 'readers'] as const;
const realm = 'Bearer realm="Astake Lookup"';
const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });

let issuer: string;
let server: Server;
const worlds = new Map<string, { world: TestService; api: Instance }>();
/** Credentials that are refused, and one for each role, by name. */
const refused = new Map<string, string>();
const holders = new Map<Role | 'none', string[]>();

const token = (claims: object, key: KeyObject = own.privateKey): Promise<string> =>
  new SignJWT({ iss: issuer, aud: 'astake', sub: 'ada', app: 'shop', ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: 'one' })
    .sign(key);

const heads = mkdtempSync(join(tmpdir(), 'astake-heads-'));

beforeAll(async () => {
  process.env.ASTAKE_HEADS_FOLDER = heads;
  const jwk = { ...own.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'ES256', use: 'sig' };
  server = createServer((_, response) => response.end(JSON.stringify({ keys: [jwk] }))).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const scopes = Object.fromEntries(roles.map((role) => [`astake/${role}`, role]));
  const issuers = JSON.stringify([{ issuer, audience: 'astake', roles: scopes, applicationClaim: 'app' }]);
  for (const reads of modes) {
    const world = await startService({ env: { ASTAKE_READS: reads, ASTAKE_JWT_ISSUERS: issuers } });
    worlds.set(reads, { world, api: await startInstance(world.service) });
  }
  await makeCredentials();
});
afterAll(async () => {
  rmSync(heads, { recursive: true });
  server.close();
  for (const { world, api } of worlds.values()) {
    await api.close();
    await world.close();
  }
});

async function makeCredentials(): Promise<void> {
  const soon = Math.floor(Date.now() / 1_000) + 3_600;
  const key = (byte: number, secret = byte) =>
    keyOf(new Uint8Array([...new Uint8Array(8).fill(byte), ...new Uint8Array(32).fill(secret)]));
  async function store(byte: number, parts: Partial<StoredKey>): Promise<string> {
    const { id, key: text } = key(byte);
    const stored = keySample({ id, secretHash: hashOfKey(text), application: 'shop', ...parts });
    for (const { world } of worlds.values())
      await world.store.keys.change({ key: stored, entry: keyEntryOf(stored, { digest: id }) });
    return text;
  }
  const all = { roles };
  const scope = 'astake/operator astake/writer';
  for (const [name, text] of [
    ['nonsense', 'nonsense'],
    ['the form of a token', 'a.b.c'],
    ['an unknown key', key(50).key],
    ['an expired key', await store(51, { ...all, expiresAt: '2020-01-01T00:00:00.000Z' })],
    ['a revoked key', await store(52, { ...all, revokedAt: '2026-01-02T00:00:00.000Z', revokedBy: 'key:x' })],
    ['the id of a key with another secret', (await store(53, all)) && key(53, 54).key],
    ['a key without its last letter', (await store(55, all)).slice(0, -1)],
    ['a token that has expired', await token({ scope, exp: soon - 7_200 })],
    ['a token of a foreign issuer', await token({ scope, exp: soon, iss: 'https://other.example' })],
    ['a token that another key has signed', await token({ scope, exp: soon }, other.privateKey)],
    ['a token for another service', await token({ scope, exp: soon, aud: 'other' })],
  ] as const)
    refused.set(name, `Bearer ${text}`);
  const valid = await store(56, all);
  refused.set('a valid key in another scheme', `Digest ${valid}`);
  refused.set('a valid key without a scheme', valid);
  for (const [at, role] of (['none', ...roles] as const).entries()) {
    const held = role === 'none' ? [] : [role];
    holders.set(role, [
      await store(60 + at, { roles: held }),
      await token({ exp: soon, scope: held.map((one) => `astake/${one}`).join(' ') }),
    ]);
  }
}

interface Got {
  readonly status: number;
  readonly challenge: string | null;
  /** Without what differs in each answer. */
  readonly text: string;
}

/** Bodies are no JSON: a handler that is let pass refuses them, and does nothing. */
async function ask(reads: string, method: string, path: string, authorization?: string): Promise<Got> {
  const { api } = worlds.get(reads) as { api: Instance };
  const response = await fetch(api.url + path.replaceAll(/\{\w+\}/g, '_'), {
    method,
    headers: {
      ...(authorization !== undefined && { authorization }),
      ...(!isReading(method) && { 'content-type': 'application/json' }),
    },
    ...(!isReading(method) && { body: '{' }),
  });
  const text = (await response.text()).replace(/"requestId":"[^"]+"/, '');
  return { status: response.status, challenge: response.headers.get('www-authenticate'), text };
}

const isReading = (method: string): boolean => method === 'GET' || method === 'HEAD';
const isLet = ({ status }: Got): boolean => status !== 401 && status !== 403;

const asked = operations.flatMap((operation) =>
  methodsOf(operation as never).map((method) => [`${method} ${operation.path}`, method, operation] as const),
);

describe.each(modes)('where reads are %s', (reads) => {
  test.each(asked)(
    '%s is for the roles of its audience, of keys and of tokens (rule ACCESS-4)',
    async (_, method, operation) => {
      const { audience, path, tag } = operation;
      // Rule LOCAL-1: an application's own data is never for anyone.
      const isFree = audience === 'anyone' || (audience === 'reader' && reads === 'open' && tag !== 'Local data');
      const without = await ask(reads, method, path);
      expect([isLet(without), without.challenge]).toEqual([isFree, isFree ? null : realm]);
      if (!isFree) expect(without.status).toBe(401);
      for (const [role, credentials] of holders) {
        const isEnough = isFree || (role !== 'none' && mayAct({ roles: [role] }, audience as Role));
        for (const credential of credentials) {
          const got = await ask(reads, method, path, `Bearer ${credential}`);
          expect([role, isLet(got), got.status !== 500]).toEqual([role, isEnough, true]);
          if (isEnough) continue;
          expect([got.status, got.challenge]).toEqual([
            403,
            `${realm}, error="insufficient_scope", scope="${audience}"`,
          ]);
        }
      }
    },
  );

  test.each(asked)(
    '%s refuses each credential that is not valid, with the same words (rule ACCESS-1)',
    async (_, method, { path }) => {
      const answers = new Map<string, string[]>();
      for (const [name, authorization] of refused) {
        const answer = JSON.stringify(await ask(reads, method, path, authorization));
        answers.set(answer, [...(answers.get(answer) ?? []), name]);
      }
      expect([...answers.values()]).toEqual([[...refused.keys()]]);
      const [only = ''] = answers.keys();
      expect(JSON.parse(only)).toMatchObject({ status: 401, challenge: `${realm}, error="invalid_token"` });
    },
  );
});

test('a key that is unknown, expired, revoked or wrong costs one reading each, and a mistyped one none (rule ACCESS-1)', async () => {
  const { world } = worlds.get('open') as { world: TestService };
  const find = world.store.keys.find.bind(world.store.keys);
  const finds: string[] = [];
  for (const [name, authorization] of refused) {
    const instance = world.another();
    Object.assign(instance.keys, {
      find(id: string) {
        finds.push(name);
        return find(id);
      },
    });
    expect([name, await instance.authenticate(authorization, 'POST')]).toEqual([name, { refused: 'invalid' }]);
  }
  expect(finds).toEqual(['an unknown key', 'an expired key', 'a revoked key', 'the id of a key with another secret']);
});
