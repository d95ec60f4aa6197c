import { describe, expect, test } from '@jest/globals';
import { canonicalHex, checksummed } from '../../lib/domain/hex.ts';

/** Checksums as wallets show them (CEP-57); the two digits before a public key are not part of it. */
const published = ['6Eec3224263675Ca2A77810c1C19A9027aCfcf9610Df8777c148175D54583f47'];

describe('the checksum of CEP-57', () => {
  test.each(published)('%s', (digits) => {
    expect(checksummed(digits.toLowerCase())).toBe(digits);
    expect(canonicalHex(digits)).toBe(digits.toLowerCase());
  });

  test('catches each single letter in the other case, and each digit that is mistyped', () => {
    const [right = ''] = published;
    let caught = 0;
    for (let at = 0; at < right.length; at += 1) {
      const one = right.charAt(at);
      const flipped = one === one.toLowerCase() ? one.toUpperCase() : one.toLowerCase();
      const other = /\d/.test(one) ? String((Number(one) + 1) % 10) : flipped;
      expect(() => canonicalHex(right.slice(0, at) + other + right.slice(at + 1))).toThrow(/checksum/);
      caught += 1;
    }
    expect(caught).toBe(64);
  });

  test('letters of one case carry no checksum, and are accepted', () => {
    expect(canonicalHex('AB12')).toBe('ab12');
    expect(canonicalHex('ab12')).toBe('ab12');
    expect(canonicalHex('1234')).toBe('1234');
  });
});
