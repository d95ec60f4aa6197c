import { describe, expect, test } from '@jest/globals';
import { InvalidId } from '../../lib/domain/errors.ts';
import { checksummed } from '../../lib/domain/hex.ts';
import { ownerOf } from '../../lib/runtime/owner.ts';

const sdk: unknown = await import('casper-js-sdk');
const { Key } = sdk as { Key: { newKey(text: string): { toPrefixedString(): string } } };
const hash = '5cab'.repeat(16);

/** Every prefix of a key that holds one hash: a contract may write any of them as an owner. */
const prefixes = [
  'account-hash-',
  'hash-',
  'package-',
  'entity-account-',
  'entity-contract-',
  'entity-system-',
  'dictionary-',
  'transfer-',
  'deploy-',
  'bid-',
  'balance-',
  'withdraw-',
  'unbond-',
];

describe('whatever an answer shows as an owner can be asked for', () => {
  test.each([...prefixes.map((prefix) => prefix + hash), `uref-${hash}-007`])('%s', (text) => {
    const shown = Key.newKey(text).toPrefixedString();
    expect(ownerOf(shown)).toBe(shown);
    expect(ownerOf(shown.toUpperCase())).toBe(shown);
    expect(ownerOf(shown.replace(hash, checksummed(hash)))).toBe(shown);
    expect(() => ownerOf(shown.replace(hash, hash.replace('a', 'A')))).toThrow(/checksum/);
  });

  test.each([`contract-${hash}`, `contract-package-${hash}`, `contract-package-wasm${hash}`, `contract-wasm-${hash}`])(
    '%s is the key of a contract or package as other tools write it',
    (text) => {
      expect(ownerOf(text)).toBe(`hash-${hash}`);
    },
  );
});

test.each([
  hash,
  `purse-${hash}`,
  `hash-${hash}0`,
  `hash-${hash}-007`,
  `uref-${hash}`,
  `uref-${hash}-008`,
  '',
  'alice',
  `05${hash}`,
])('"%s" is no owner, and the fault has the name of the parameter', (text) => {
  const path = 'scope.owner';
  expect(() => ownerOf(text, path)).toThrow(InvalidId);
  try {
    ownerOf(text, path);
  } catch (error) {
    expect((error as InvalidId).errors.map((one) => one.path)).toEqual([path]);
  }
});
