import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sdkAccountHash } from '../../lib/chain/rpc/casper-sdk.ts';
import { parseExactJson } from '../../lib/chain/rpc/rpc-answer.ts';
import { stateKey } from '../../lib/chain/rpc/state-keys.ts';
import { accountId } from '../../lib/domain/account-id.ts';
import { amount, decimal } from '../../lib/domain/amount.ts';
import { chainEntry, firstBrokenLink } from '../../lib/domain/audit-chain.ts';
import { defaultReadOptions, freshness } from '../../lib/domain/freshness.ts';
import { ttlMilliseconds } from '../../lib/domain/time-to-live.ts';
import { atPointer, presentMetadata } from '../../lib/entities/metadata.ts';
import { newestEnabled } from '../../lib/entities/newest-contract.ts';
import { u256Bytes } from '../../lib/entities/tokens.ts';

describe('account ids', () => {
  test.each([
    ['ed25519', '0138963d296a59b0fc311023518d35ef3dee11b62f3f68efe4e90f7423b17dceea'],
    ['secp256k1', '0202c208d1e67e931f27a47336c8c0008317896d7950ea1fd34eec41e2ca9b89a6e8'],
  ])('the hash of an %s key is the one that casper-js-sdk derives', async (_name, key) => {
    expect(accountId(key)).toBe(await sdkAccountHash(key));
    expect(accountId(key.toUpperCase())).toBe(accountId(key));
  });
  test.each([
    '',
    '03'.padEnd(66, '0'),
    '01ab',
    '01'.padEnd(68, '0'),
    '02'.padEnd(66, '0'),
    'account-hash-12',
    `01${'g'.repeat(64)}`,
  ])('%j is none', (input) => expect(() => accountId(input)).toThrow('account'));
});

describe('amounts', () => {
  test.each([
    ['0', '0'],
    ['1', '0.000000001'],
    ['2500000000', '2.5'],
    ['1000000000', '1'],
    ['340282366920938463463374607431768211455', '340282366920938463463374607431.768211455'],
  ])('%s motes are %s CSPR', (motes, cspr) => expect(amount(motes)).toEqual({ motes, cspr }));
  test('a decimal string read back is the same number', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 512n }), (units) => {
        const [whole = '', fraction = ''] = decimal(units, 9).split('.');
        expect(BigInt(whole + fraction.padEnd(9, '0'))).toBe(units);
      }),
    );
  });
});

test('JSON integers beyond 2^53 keep every digit, in whatever they stand', () => {
  expect(
    parseExactJson('{"id":18446744073709551615,"a":[9007199254740993],"s":":18446744073709551615,","n":7,"f":1.5}'),
  ).toEqual({
    id: 18446744073709551615n,
    a: [9007199254740993n],
    s: ':18446744073709551615,',
    n: 7,
    f: 1.5,
  });
});

describe('metadata', () => {
  test('is shown as JSON where it is an object or an array, with each number as it was written', () => {
    const text = '{"price":250000.00,"big":12345678901234567890,"list":[1e3,1],"ok":true}';
    expect(JSON.stringify(presentMetadata(text))).toBe(text);
    expect(presentMetadata('plain text')).toBe('plain text');
    expect(presentMetadata('42')).toBe('42');
    expect(presentMetadata('{broken')).toBe('{broken');
    expect(presentMetadata(null)).toBeNull();
  });
  test('is looked into by JSON pointers', () => {
    const text = '{"a/b":{"~":[10.50,"x"]},"ok":false}';
    expect(atPointer(text, '/a~1b/~0/0')).toBe('10.50');
    expect(atPointer(text, '/a~1b/~0/1')).toBe('x');
    expect(atPointer(text, '/ok')).toBe(false);
    expect(atPointer(text, '/toString')).toBeUndefined();
    expect(atPointer('text', '/a')).toBeUndefined();
  });
});

test.each([
  ['30m', 1_800_000],
  ['1h 30m', 5_400_000],
  ['1day', 86_400_000],
  ['2days 3s 4ms', 172_803_004],
  ['1h30m', 5_400_000],
  ['1 h 30 m', 5_400_000],
  ['1500us', 1],
  ['600us 400us', 1],
  ['1m s', undefined],
  ['30', undefined],
  ['9999999999999y', undefined],
  ['soon', undefined],
  ['', undefined],
])('a TTL of %j is %s ms', (ttl, expected) => expect(ttlMilliseconds(ttl)).toBe(expected));

test.each([
  [`${'uref-AB'.padEnd(69, '0')}-007`, `uref-${'ab'.padEnd(64, '0')}`],
  [`balance-hold-01${'cd'.repeat(32)}6500cf05a2010000`, `balance-${'cd'.repeat(32)}`],
  [`dictionary-${'ef'.repeat(32)}`, `dictionary-${'ef'.repeat(32)}`],
])('the state key of %s is %s', (key, expected) => expect(stateKey(key)).toBe(expected));

test.each([
  ['0', '00'],
  ['1', '0101'],
  ['256', '020001'],
])('bytesrepr of the U256 %s is %s', (id, hex) => expect(Buffer.from(u256Bytes(id)).toString('hex')).toBe(hex));

test('the newest version of a package is the highest that is not disabled (rule KIND-5)', () => {
  const version = (major: number, number: number) => ({ major, version: number, contractHash: `${major}.${number}` });
  const versions = [version(2, 1), version(1, 9), version(2, 10), version(2, 9)];
  expect(newestEnabled({ versions, disabled: [] })).toBe('2.10');
  expect(newestEnabled({ versions, disabled: [[2, 10]] })).toBe('2.9');
  expect(newestEnabled({ versions: [version(1, 1)], disabled: [[1, 1]] })).toBeUndefined();
});

describe('freshness', () => {
  const given = (age: number, options = {}) =>
    freshness(age, { fresh: 90, late: 0, claimHasEnded: false }, { ...defaultReadOptions, ...options });
  test('up to its limit an answer is fresh, and due for a refresh past two thirds of it', () => {
    expect([given(60), given(61), given(90), given(91)]).toEqual(['fresh', 'due', 'due', 'expired']);
  });
  test('a caller may shorten the limit, not lengthen it', () => {
    expect([given(30, { maxAge: 30 }), given(31, { maxAge: 30 }), given(91, { maxAge: 600 })]).toEqual([
      'fresh',
      'expired',
      'expired',
    ]);
  });
  test('a caller may take what is stale', () => {
    expect([given(95, { maxStale: 5 }), given(96, { maxStale: 5 }), given(1e9, { maxStale: Infinity })]).toEqual([
      'stale-allowed',
      'expired',
      'stale-allowed',
    ]);
  });
});

describe('the audit chain (rule ITEM-3)', () => {
  const entry = (sequence: number, previousDigest: string | null) =>
    chainEntry({
      ref: { kind: 'account', id: 'a' },
      sequence,
      cause: 'lookup',
      actor: 'service',
      before: null,
      after: { total: String(sequence) },
      block: { height: sequence, hash: 'h', timestamp: 't' },
      timestamp: 't',
      previousDigest,
    });
  const first = entry(1, null);
  const second = entry(2, first.digest);
  const third = entry(3, second.digest);
  test('holds when every entry names the one before', () =>
    expect(firstBrokenLink([first, second, third])).toBeUndefined());
  test('shows an entry that was edited', () =>
    expect(firstBrokenLink([first, { ...second, after: { total: '9' } }, third])?.sequence).toBe(2));
  test('shows that an entry is missing', () => expect(firstBrokenLink([first, third])?.sequence).toBe(3));
});
