import { describe, expect, test } from '@jest/globals';
import { callersInWords, typeInWords, unitOf } from '../../lib/pages/docs/schema-words.ts';
import { kindOf, pathOf } from '../../lib/pages/home/lookup-target.ts';
import { sourceInWords } from '../../lib/pages/home/source-in-words.ts';
import { indentedJson, jsonTokens } from '../../lib/pages/json-tokens.ts';
import { curlOf } from '../../lib/pages/send-here.ts';

const hash = 'ab'.repeat(32);

test.each([
  ['villas:0', 'asset', '/v1/assets/villas/0'],
  ['villas:villa/7', 'asset', '/v1/assets/villas?tokenId=villa%2F7'],
  ['villas:history', 'asset', '/v1/assets/villas?tokenId=history'],
  ['villas:a:b', 'asset', '/v1/assets/villas?tokenId=a%3Ab'],
  [`account-hash-${hash}`, 'account', `/v1/accounts/account-hash-${hash}`],
  [`01${hash}`, 'account', `/v1/accounts/01${hash}`],
  [`0203${hash}`, 'account', `/v1/accounts/0203${hash}`],
  [hash, 'transaction', `/v1/transactions/${hash}`],
  ['villas', 'collection', '/v1/collections/villas'],
])('%s is looked up as %s', (id, kind, path) => {
  expect(kindOf(id)).toBe(kind);
  expect(pathOf({ kind: kindOf(id), id })).toBe(path);
});

describe('the source of an answer', () => {
  const block = { height: 60, hash, timestamp: '2026-11-23T00:30:49.415Z' };
  const notProved = { level: 'none', reason: 'not_asked', unproved: [] } as const;
  const proved = { level: 'state', reason: 'no_trust', height: 60, unproved: ['absence', 'holds'] } as const;
  const signed = { level: 'signed', weight: 0.979, height: 60, unproved: [] } as const;
  const meta = {
    source: 'chain',
    stale: false,
    block,
    verifiedThrough: block,
    proof: notProved,
    age: 0,
    requestId: 'r',
  } as const;
  test.each([
    [meta, 'From the chain, as of block 60. It is not proved: nodes have said so.'],
    [
      { ...meta, proof: proved },
      'From the chain, as of block 60. It is proved in the state of block 60; not proved: that there is nothing where nothing was found; how much of the balance is held back.',
    ],
    [
      { ...meta, proof: signed },
      'From the chain, as of block 60. It is proved in the state of block 60, which validators with at least 97.9 % of the weight have signed.',
    ],
    [
      { ...meta, source: 'cache' },
      'From the cache, without a call to a node: as of block 60. It is not proved: nodes have said so.',
    ],
    [
      { ...meta, source: 'cache', verifiedThrough: { ...block, height: 63 }, age: 4 },
      'From the cache, without a call to a node: read at block 60, known to hold through block 63. It is not proved: nodes have said so. It may be 4 s behind the chain.',
    ],
    [
      { ...meta, source: 'database', stale: true, age: 90, conflict: 'c' },
      'From the database, the last known value: as of block 60. It is not proved: nodes have said so. It may be 90 s behind the chain. It is stale: older than its limit, or given because no node has answered. The chain contradicts the stored value, and that is not decided yet.',
    ],
  ] as const)('%#', (given, words) => expect(sourceInWords(given)).toBe(words));
});

test('JSON is indented, and stays as it was sent to the last digit', () => {
  expect(indentedJson('{"a":[],"b":{},"c":[1.10,12345678901234567890,-1e5],"d":{"e":null}}')).toBe(
    '{\n  "a": [],\n  "b": {},\n  "c": [\n    1.10,\n    12345678901234567890,\n    -1e5\n  ],\n  "d": {\n    "e": null\n  }\n}',
  );
  expect(indentedJson('"a\\"{,}\\u0041"')).toBe('"a\\"{,}\\u0041"');
  expect(indentedJson('<html>')).toBe('<html>');
  expect(jsonTokens('{"a":"1"}')?.map(({ kind }) => kind)).toEqual(['plain', 'name', 'plain', 'string', 'plain']);
});

test('a call for a shell has every character quoted, and no credential', () => {
  const request = { method: 'PUT', path: "/v1/a?b=it's", headers: { 'If-Match': '"x"' }, body: '{"a":"it\'s"}' };
  expect(curlOf(request, 'http://h', true)).toBe(
    [
      `curl -sS -X PUT 'http://h/v1/a?b=it'\\''s'`,
      `-H 'If-Match: "x"'`,
      '-H "Authorization: Bearer $ASTAKE_KEY"',
      `--data-raw '{"a":"it'\\''s"}'`,
    ].join(' \\\n  '),
  );
});

test('schemas, units and callers in words', () => {
  expect(typeInWords({ type: 'integer', minimum: 1, maximum: 100, default: 20 })).toBe(
    'integer, 1 to 100; 20 where it is left out',
  );
  expect(typeInWords({ anyOf: [{ $ref: '#/components/schemas/Block' }, { type: 'null' }] })).toBe('Block, or null');
  expect(typeInWords({ type: ['string', 'null'] })).toBe('string or null');
  expect(typeInWords({ type: 'array', items: { enum: ['a', 'b'] } })).toBe('list of "a" or "b"');
  expect([unitOf('motes'), unitOf('lagSeconds'), unitOf('latencyMs'), unitOf('owner')]).toEqual([
    'motes',
    'seconds',
    'milliseconds',
    undefined,
  ]);
  expect(callersInWords([{}, { bearer: [] }])).toBe('anyone.');
  expect(callersInWords([{}, { bearer: ['reader'] }])).toBe(
    'a credential with the role reader, which every other role includes; without one where the deployment is open to readers.',
  );
  expect(callersInWords([{ bearer: ['auditor'] }])).toBe('a credential with the role auditor or operator.');
});
