import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { canonicalJson, digestOf } from '../../lib/domain/digest.ts';

const recordings = join(import.meta.dirname, '../../infra/local/recordings');

/** One digest over the digests of every value that a recording holds. */
function digestOfRecording(name: string): string {
  const all = createHash('sha256');
  for (const file of readdirSync(join(recordings, name)).sort()) {
    if (!file.endsWith('.jsonl')) continue;
    for (const line of readFileSync(join(recordings, name, file), 'utf8').split('\n')) {
      if (line !== '') all.update(digestOf(JSON.parse(line)));
    }
  }
  return all.digest('hex');
}

describe('The digest of a value', () => {
  // Digests are stored with records, conflicts and audit entries: another one for the same value breaks every chain of entries.
  test.each([
    ['chain-a', '0b9e547ad70eb81e7eaf801f9b095e9c51c66162409faf42018477e6f44c62d1'],
    ['chain-d', '7b602ea980ffa83c608ac7897844963be2abf5bbd02aed0a3ef3cb83087cbf1d'],
  ])('is what earlier versions stored, for every value of the recording %s', (name, digest) => {
    expect(digestOfRecording(name)).toBe(digest);
  });

  test('does not depend on the order of members', () => {
    expect(digestOf({ a: 1, b: [null] })).toBe(digestOf({ b: [null], a: 1 }));
    expect(digestOf({ a: 1 })).toBe('015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862');
  });
});

describe('The canonical form', () => {
  test('is the one that RFC 8785 gives for its example (3.2.2)', () => {
    const text =
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],' +
      '"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}';
    expect(canonicalJson(JSON.parse(text))).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  test('sorts members by UTF-16 code units, as RFC 8785 does in its example (3.2.3)', () => {
    const members = { '€': 1, '\r': 2, '\ufb33': 3, '1': 4, '😀': 5, '\u0080': 6, ö: 7 };
    expect(canonicalJson(members)).toBe('{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}');
  });

  // Texts and digests as canonicalize 3 gave them: they are stored.
  test.each([
    ['"\\ud800"', '"\\ud800"'],
    ['{"owner":"\\ud800","a":[1,null,true,"é"]}', '{"a":[1,null,true,"é"],"owner":"\\ud800"}'],
    ['{"\\ud801":2,"\\ud800":1}', '{"\\ud800":1,"\\ud801":2}'],
    ['{"\\udc00":[{"owner":"x\\ud800y","b":1e21}]}', '{"\\udc00":[{"b":1e+21,"owner":"x\\ud800y"}]}'],
  ])('of JSON text with a lone surrogate keeps its escape: %s', (text, form) => {
    expect(canonicalJson(JSON.parse(text))).toBe(form);
  });

  test('of a lone surrogate has the digest that is stored', () => {
    expect(digestOf({ note: 'half an emoji \ud83d' })).toBe(
      '8e9747b97a962df375ffb41a3adb79fe15dd1235b08b583310058e3fd122eb5c',
    );
  });

  test.each([{ a: Number.POSITIVE_INFINITY }, { a: Number.NaN }, undefined])('does not exist for %j', (value) => {
    expect(() => canonicalJson(value)).toThrow();
  });
});
