import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { hashOfKey, isKeyId, isTextOf, keyIdIn, keyOf, keyRandomBytes, statusOfKey } from '../../lib/domain/api-key.ts';
import { keySample } from '../store/samples.ts';

const bytes = (fill: (at: number) => number) => Uint8Array.from({ length: keyRandomBytes }, (_, at) => fill(at) % 256);
const someBytes = [bytes(() => 0), bytes(() => 255), bytes((at) => at * 7), bytes((at) => 255 - at)];

describe('an API key', () => {
  test.each(someBytes.map((random) => [random]))('has a form by which a scanner of secrets knows it', (random) => {
    const { id, key } = keyOf(random);
    expect(key).toMatch(/^astk_[0-9a-hjkmnp-tv-z]{12}_[0-9A-Za-z]{49}$/);
    expect(key.split('_')[1]).toBe(id);
    expect(isKeyId(id)).toBe(true);
    expect(keyIdIn(key)).toBe(id);
  });

  test('holds every random bit: no two of them make the same key', () => {
    const base = bytes((at) => at * 11 + 3);
    const made = new Set([keyOf(base).key]);
    // Of the 64 bits for the id, the highest 4 do not fit into 12 digits.
    for (let bit = 4; bit < keyRandomBytes * 8; bit += 1) {
      const other = Uint8Array.from(base);
      other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (128 >> (bit & 7));
      made.add(keyOf(other).key);
    }
    expect(made.size).toBe(1 + keyRandomBytes * 8 - 4);
  });

  test('is made of exactly as many bytes as it needs', () => {
    expect(() => keyOf(new Uint8Array(keyRandomBytes - 1))).toThrow(RangeError);
    expect(() => keyOf(new Uint8Array(keyRandomBytes + 1))).toThrow(RangeError);
  });

  test('with any one character mistyped is no key', () => {
    const { key } = keyOf(bytes((at) => at * 5 + 1));
    for (let at = 0; at < key.length; at += 1) {
      const other = key.charAt(at) === '7' ? '8' : '7';
      expect(keyIdIn(key.slice(0, at) + other + key.slice(at + 1))).toBeUndefined();
    }
    for (const text of ['', key.slice(0, -1), `${key}0`, ` ${key}`, `${key}\n`, key.toUpperCase(), `Bearer ${key}`])
      expect(keyIdIn(text)).toBeUndefined();
  });

  test('is known again by the SHA-256 of its whole text alone (rule ACCESS-20)', () => {
    const { key } = keyOf(bytes((at) => at));
    const other = keyOf(bytes((at) => at + 1)).key;
    const secretHash = createHash('sha256').update(key).digest('hex');
    expect(hashOfKey(key)).toBe(secretHash);
    expect(isTextOf(key, { secretHash })).toBe(true);
    expect(isTextOf(other, { secretHash })).toBe(false);
    expect(isTextOf(key, { secretHash: '' })).toBe(false);
    expect(isTextOf(key, { secretHash: key })).toBe(false);
  });
});

describe('a stored key admits', () => {
  const expiresAt = '2026-02-01T00:00:00.000Z';
  const moment = Date.parse(expiresAt);

  test.each([
    ['without an expiry', {}, moment, 'active'],
    ['until its expiry', { expiresAt }, moment - 1, 'active'],
    ['not from its expiry on', { expiresAt }, moment, 'expired'],
    ['not where its expiry cannot be read', { expiresAt: 'soon' }, 0, 'expired'],
    ['not once it is revoked', { revokedAt: '2026-01-01T00:00:00.000Z' }, 0, 'revoked'],
    ['not once it is revoked, expired or not', { expiresAt, revokedAt: expiresAt }, moment, 'revoked'],
    ['not where its row cannot be read', { unreadable: true as const }, 0, 'revoked'],
  ] as const)('%s', (_, parts, now, status) => {
    expect(statusOfKey(keySample(parts), now)).toBe(status);
  });
});
