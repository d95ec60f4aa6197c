import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { exportSPKI, type JWTPayload, SignJWT } from 'jose';
import { createAuthenticate } from '../../../lib/runtime/access/authenticate.ts';
import type { Issuer } from '../../../lib/runtime/access/issuers.ts';
import { readConfig } from '../../../lib/runtime/config.ts';
import { keyRequestSchema } from '../../../lib/runtime/contract/key-schemas.ts';

const begin = Date.parse('2026-03-01T00:00:00Z');
const uri = 'https://id.example/.well-known/jwks.json';
const issuer: Issuer = {
  issuer: 'https://id.example',
  jwksUri: uri,
  audience: ['astake'],
  audienceClaim: 'aud',
  algorithms: ['RS256', 'ES256'],
  roles: { 'lookup/read': 'reader', 'lookup/operate': 'operator' },
  applicationClaim: 'app',
  collectionsClaim: 'collections',
};
const invalid = { refused: 'invalid' };
const hash = 'ab'.repeat(32);

const ecKey = (kid: string) => ({ kid, alg: 'ES256', ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) });
const rsaKey = (kid: string) => ({ kid, alg: 'RS256', ...generateKeyPairSync('rsa', { modulusLength: 2048 }) });
type Key = ReturnType<typeof ecKey>;
const [first, second, rsa, foreign] = [ecKey('first'), ecKey('second'), rsaKey('rsa'), ecKey('first')];

const jwks = (...keys: Key[]) => ({
  keys: keys.map(({ kid, alg, publicKey }) => ({ ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' })),
});

type Claims = Readonly<Record<string, unknown>>;
const claims = {
  iss: issuer.issuer,
  aud: 'astake',
  sub: 'ada',
  exp: begin / 1_000 + 600,
  scope: 'openid lookup/read',
  app: 'shop',
  collections: [hash],
};

const sign = (payload: Claims, key: Key = first, header: object = {}): Promise<string> =>
  new SignJWT(payload as JWTPayload)
    .setProtectedHeader({ alg: key.alg, kid: key.kid, ...header })
    .sign(key.privateKey as KeyObject);

function world(over: Partial<Issuer> = {}) {
  let now = begin;
  let answer: () => Promise<Response> | Response = () => Response.json(jwks(first, rsa));
  const asked: string[] = [];
  const lines: string[] = [];
  const write = (message: string, details?: object) => void lines.push(JSON.stringify([message, details]));
  const instance = () =>
    createAuthenticate({
      keys: { find: async () => undefined },
      issuers: [{ ...issuer, ...over }],
      localKey: null,
      clock: { now: () => now, steady: () => now },
      log: { debug: write, info: write, warn: write, error: write },
      fetch: (async (url: string) => {
        asked.push(url);
        return answer();
      }) as typeof fetch,
    });
  const authenticate = instance();
  return {
    ask: (token: string) => authenticate(`Bearer ${token}`, 'GET'),
    instance,
    asked,
    lines,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    publish: (next: typeof answer) => {
      answer = next;
    },
  };
}

describe('a token of a configured issuer', () => {
  test('names its subject, with the roles of its scopes, its application and its collections', async () => {
    const expected = {
      name: 'jwt:id.example:ada',
      kind: 'jwt',
      roles: ['reader'],
      collections: [hash],
      application: 'shop',
      limits: null,
    };
    expect(await world().ask(await sign(claims))).toEqual(expected);
    expect(await world().ask(await sign(claims, rsa as Key))).toEqual(expected);
    expect(await world().ask(await sign({ ...claims, aud: ['other', 'astake'] }))).toEqual(expected);
    const many = await world().ask(await sign({ ...claims, scope: undefined, scp: ['lookup/read', 'lookup/operate'] }));
    expect(many).toMatchObject({ roles: ['reader', 'operator'] });
  });

  test('is another actor than the same subject of another issuer on the same host (rule ACCESS-5)', async () => {
    const names = [];
    for (const [iss, sub] of [
      ['https://id.example', 'ada'],
      ['https://id.example/pool-a', 'ada'],
      ['https://id.example/pool-b', 'ada'],
      ['https://id.example:8443', 'ada'],
      ['https://id.example', '8443:ada'],
      ['https://id.example/a', 'b:ada'],
      ['https://id.example/a:b', 'ada'],
    ] as const)
      names.push(await world({ issuer: iss }).ask(await sign({ ...claims, iss, sub })));
    const known = names.map((outcome) => ('name' in outcome ? outcome.name : undefined));
    expect(known).not.toContain(undefined);
    expect(known[1]).toBe('jwt:id.example/pool-a:ada');
    expect(new Set(known).size).toBe(7);
  });

  test('has no role without a scope that is configured, and no collection without the claim', async () => {
    const bare = { ...claims, scope: 'constructor toString operator', app: undefined, collections: undefined };
    expect(await world().ask(await sign(bare))).toMatchObject({ roles: [], collections: [], application: null });
    expect(await world({ collectionsClaim: null }).ask(await sign(bare))).toMatchObject({ collections: null });
  });

  test('names an application by the form that a key has too', async () => {
    for (const [app, application] of [
      ['shop~1.a_b-c', 'shop~1.a_b-c'],
      ['a'.repeat(63), 'a'.repeat(63)],
      ['a'.repeat(64), null],
      ['~shop', null],
      ['a#b', null],
      [['shop'], null],
    ]) {
      expect(await world().ask(await sign({ ...claims, app }))).toMatchObject({ application });
      const asked = { name: 'a', roles: ['reader'], application: app };
      expect([app, keyRequestSchema.safeParse(asked).success]).toEqual([app, application !== null]);
    }
  });

  test('may have its audience in another claim, where the issuer is configured so', async () => {
    const token = await sign({ ...claims, aud: undefined, client_id: 'astake' });
    expect(await world({ audienceClaim: 'client_id' }).ask(token)).toMatchObject({ kind: 'jwt' });
    expect(await world().ask(token)).toEqual(invalid);
  });
});

describe('why a token of the issuer is refused', () => {
  const seconds = begin / 1_000;
  test.each<[string, Claims]>([
    ['it has expired', { ...claims, exp: seconds - 60 }],
    ['it has expired', { ...claims, exp: seconds }],
    ['its aud is not astake', { ...claims, aud: 'another' }],
    ['its exp missing', { ...claims, exp: undefined }],
    ['its nbf check_failed', { ...claims, nbf: seconds + 86_400 }],
    ['its subject cannot be a name', { ...claims, sub: 'a b' }],
  ])('is logged: %s', async (reason, payload) => {
    const { ask, lines } = world();
    const token = await sign(payload);
    expect(await ask(token)).toEqual(invalid);
    expect(lines).toEqual([JSON.stringify(['a token of an issuer was refused', { issuer: 'id.example', reason }])]);
  });

  test('is not logged where the signature does not hold: anyone can write such a token', async () => {
    const { ask, lines } = world();
    expect(await ask(await sign({ ...claims, exp: seconds - 60, sub: 'made up' }, foreign))).toEqual(invalid);
    expect(lines).toEqual([]);
  });
});

describe('a token is refused (rule ACCESS-5)', () => {
  const seconds = begin / 1_000;
  test.each<[string, Claims]>([
    ['that has expired', { ...claims, exp: seconds }],
    ['without an end', { ...claims, exp: undefined }],
    ['of tomorrow', { ...claims, nbf: seconds + 86_400 }],
    ['for another audience', { ...claims, aud: 'other' }],
    ['without an audience', { ...claims, aud: undefined }],
    ['of another issuer', { ...claims, iss: 'https://other.example' }],
    ['of an issuer whose name only begins so', { ...claims, iss: 'https://id.example.evil.example' }],
    ['without an issuer', { ...claims, iss: undefined }],
    ['without a subject', { ...claims, sub: undefined }],
    ['with a subject of two lines', { ...claims, sub: 'a\nb' }],
    ['with a subject that is too long', { ...claims, sub: 'a'.repeat(201) }],
  ])('%s', async (_, payload) => {
    expect(await world().ask(await sign(payload))).toEqual(invalid);
  });

  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

  test('with a signature of another key, or with another payload', async () => {
    const token = await sign(claims);
    const [head, , signature] = token.split('.');
    expect(await world().ask(await sign(claims, foreign))).toEqual(invalid);
    expect(await world().ask(`${head}.${part({ ...claims, sub: 'eve' })}.${signature}`)).toEqual(invalid);
  });

  test('that is not signed, or is signed with the public key as a password', async () => {
    const none = `${part({ alg: 'none', kid: 'first' })}.${part(claims)}`;
    expect(await world().ask(`${none}.`)).toEqual(invalid);
    expect(await world().ask(`${none}.AAAA`)).toEqual(invalid);
    const body = `${part({ alg: 'HS256', kid: 'rsa' })}.${part(claims)}`;
    const pem = await exportSPKI(rsa.publicKey);
    const signature = createHmac('sha256', pem).update(body).digest('base64url');
    expect(await world().ask(`${body}.${signature}`)).toEqual(invalid);
  });

  test('with a key that it brings itself, or an address of one: nothing but the address of the issuer is asked', async () => {
    const jwk = foreign.publicKey.export({ format: 'jwk' });
    const at = world();
    for (const header of [{ jwk }, { jku: 'https://evil.example/jwks' }, { x5u: 'https://evil.example/x' }]) {
      expect(await at.ask(await sign(claims, foreign, header))).toEqual(invalid);
    }
    for (const kid of ['../../etc/passwd', "' OR 1=1", 'https://evil.example/jwks', '']) {
      expect(await at.ask(await sign(claims, { ...foreign, kid }))).toEqual(invalid);
    }
    expect(new Set(at.asked)).toEqual(new Set([uri]));
  });

  test('with an algorithm that is not configured', async () => {
    expect(await world({ algorithms: ['ES256'] }).ask(await sign(claims, rsa as Key))).toEqual(invalid);
  });

  test.each(['a.b.c', `${'a'.repeat(9_000)}.b.c`, 'eyJ.eyJ.eyJ', '..', 'a.b.c.d'])(
    'that is none: %.20s',
    async (text) => {
      const at = world();
      expect(await at.ask(text)).toEqual(invalid);
      expect(at.asked).toEqual([]);
    },
  );
});

describe('the keys of an issuer', () => {
  test('are asked for once, and again for a key that is new', async () => {
    const at = world();
    await at.ask(await sign(claims));
    await at.ask(await sign({ ...claims, sub: 'bob' }));
    expect(at.asked).toHaveLength(1);
    at.publish(() => Response.json(jwks(second)));
    at.pass(30_001);
    expect(await at.ask(await sign(claims, second))).toMatchObject({ kind: 'jwt' });
    expect(at.asked).toHaveLength(2);
  });

  test('are asked for at most each half a minute, however many key ids are made up', async () => {
    const at = world();
    for (let index = 0; index < 100; index += 1) {
      await at.ask(await sign({ ...claims, jti: String(index) }, { ...foreign, kid: `k${index}` }));
      at.pass(1_000);
    }
    expect(at.asked.length).toBeLessThanOrEqual(5);
  });

  test('are found by callers that come together with a new key', async () => {
    const at = world();
    await at.ask(await sign(claims));
    at.publish(() => Response.json(jwks(second)));
    at.pass(30_001);
    const tokens = await Promise.all(['a', 'b', 'c', 'd'].map((sub) => sign({ ...claims, sub }, second)));
    for (const outcome of await Promise.all(tokens.map(at.ask))) expect(outcome).toMatchObject({ kind: 'jwt' });
    expect(at.asked).toHaveLength(2);
  });

  test.each<[string, () => Response]>([
    [
      'cannot be reached',
      () => {
        throw new TypeError('fetch failed');
      },
    ],
    ['answers 500', () => new Response('', { status: 500 })],
    ['answers with a page', () => new Response('<html>')],
    ['answers with something else', () => Response.json({ keys: 'none' })],
    ['answers too much', () => new Response('x'.repeat(300_000))],
  ])('stay valid while the issuer %s, and without any the caller is to come again', async (_, broken) => {
    const at = world();
    const exp = begin / 1_000 + 200_000;
    await at.ask(await sign({ ...claims, exp }));
    at.publish(broken);
    at.pass(11 * 60_000);
    expect(await at.ask(await sign({ ...claims, exp }))).toMatchObject({ kind: 'jwt' });
    expect(at.asked).toHaveLength(2);
    at.pass(24 * 3_600_000);
    const outcome = await at.ask(await sign({ ...claims, exp }));
    expect(outcome).toMatchObject({ refused: 'unavailable', error: { code: 'issuer_unavailable', retryable: true } });
    expect(at.lines.join()).toContain('the keys of an issuer cannot be read');
  });

  test('that the issuer has withdrawn end within ten minutes and the time that a process remembers', async () => {
    const at = world();
    const token = await sign({ ...claims, exp: begin / 1_000 + 200_000 });
    await at.ask(token);
    at.publish(() => Response.json(jwks(second)));
    at.pass(10 * 60_000);
    expect(await at.ask(token)).toEqual(invalid);
  });
});

test('a valid token is remembered, and never past its end (rule ACCESS-2)', async () => {
  const at = world();
  const token = await sign({ ...claims, exp: begin / 1_000 + 10 });
  expect(await at.ask(token)).toMatchObject({ kind: 'jwt' });
  at.pass(9_999);
  expect(await at.ask(token)).toMatchObject({ kind: 'jwt' });
  at.pass(1);
  expect(await at.ask(token)).toEqual(invalid);
});

test('no token is in a log or in an outcome', async () => {
  const at = world();
  at.publish(() => {
    throw new TypeError('fetch failed');
  });
  const token = await sign(claims);
  const said = JSON.stringify([await at.ask(token), at.lines]);
  for (const part of token.split('.')) expect(said).not.toContain(part);
});

describe('ASTAKE_JWT_ISSUERS', () => {
  const base = { issuer: 'https://id.example/', audience: 'astake', roles: { read: 'reader' } };
  const read = (issuers: unknown, env = 'production') =>
    readConfig({
      ASTAKE_ENVIRONMENT: env,
      CASPER_RPC_URLS: 'https://node.example/rpc',
      ASTAKE_JWT_ISSUERS: JSON.stringify(issuers),
    }).jwtIssuers;

  test('has defaults for what every issuer has alike', () => {
    expect(read([base])).toEqual([
      {
        issuer: 'https://id.example/',
        jwksUri: 'https://id.example/.well-known/jwks.json',
        audience: ['astake'],
        audienceClaim: 'aud',
        algorithms: ['RS256', 'ES256'],
        roles: { read: 'reader' },
        applicationClaim: null,
        collectionsClaim: null,
      },
    ]);
  });

  test.each<[string, object[], string]>([
    ['plain HTTP', [{ ...base, issuer: 'http://id.example' }], 'must be an https URL'],
    ['a secret as a key', [{ ...base, algorithms: ['HS256'] }], 'ASTAKE_JWT_ISSUERS.0.algorithms.0'],
    ['no signature', [{ ...base, algorithms: ['none'] }], 'ASTAKE_JWT_ISSUERS.0.algorithms.0'],
    ['an unknown role', [{ ...base, roles: { read: 'king' } }], 'ASTAKE_JWT_ISSUERS.0.roles.read'],
    ['an issuer twice', [base, base], 'must not name an issuer twice'],
    [
      'two issuers whose subjects would have the same names',
      [base, { ...base, issuer: 'https://id.example' }],
      'must not have two issuers of one host and path',
    ],
    ['an unknown member', [{ ...base, secret: 'x' }], 'unknown members'],
    ['no audience', [{ ...base, audience: [] }], 'ASTAKE_JWT_ISSUERS.0.audience'],
    ['a missing audience', [{ ...base, audience: undefined }], 'ASTAKE_JWT_ISSUERS.0.audience: is required'],
  ])('does not take %s', (_, issuers, said) => {
    expect(() => read(issuers)).toThrow(said);
  });

  test('takes plain HTTP on a local run alone', () => {
    expect(read([{ ...base, issuer: 'http://127.0.0.1:8080' }], 'local')).toHaveLength(1);
  });
});
