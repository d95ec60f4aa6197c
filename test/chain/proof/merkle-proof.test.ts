import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { blake2b, bytesToHex, u32 } from '../../../lib/chain/proof/bytes.ts';
import { provedValue } from '../../../lib/chain/proof/merkle-proof.ts';
import { storedItem, storedValue } from '../../../lib/chain/proof/stored-value.ts';
import { trieKey } from '../../../lib/chain/proof/trie-key.ts';
import { lacking } from '../../support/lacking.ts';
import { recording } from './recorded.ts';

const seed = Number(process.env.ASTAKE_SEED ?? 20_261_130);
const trie = recording.trie ?? lacking();
const rootAt = (height: number): string => recording.blocks[height]?.header.state_root_hash ?? lacking();

/** Keys, with the values that the node sent as JSON, and the heights from which they held. */
const held = [...recording.state].flatMap(([key, versions]) =>
  versions.flatMap(({ height, value }) => (value === undefined ? [] : [{ key, height, value }])),
);

// Rule PROOF-1.
test('every recorded key is proved at every block at which it is there, and at no other one', () => {
  let [proved, absent] = [0, 0];
  const wrong: string[] = [];
  for (const [key, versions] of recording.state) {
    for (const { header } of recording.blocks) {
      const value = versions.findLast(({ height }) => height <= header.height)?.value;
      const proof = trie.proof(header.state_root_hash, key);
      if (value === undefined || 'ContractWasm' in value) {
        if (proof !== undefined) wrong.push(`${key} at ${header.height}: proved, and not there`);
        absent += 1;
        continue;
      }
      const found = proof && provedValue(proof, trieKey(key), header.state_root_hash);
      if (!found) wrong.push(`${key} at ${header.height}: not proved`);
      proved += 1;
    }
  }
  expect(wrong).toEqual([]);
  expect({ proved, absent: absent > 0 }).toEqual({ proved: expectedProofs, absent: true });
});
const expectedProofs = 21_110;

test('the bytes hold what the node wrote as JSON, in all that is read here', () => {
  const kinds = new Set<string>();
  for (const { key, height, value } of held) {
    if ('ContractWasm' in value) continue;
    const found = provedValue(trie.proof(rootAt(height), key) ?? lacking(), trieKey(key), rootAt(height));
    const read = (key.startsWith('dictionary-') ? storedItem : storedValue)(found ?? lacking());
    expect(withoutParsed(value)).toMatchObject(read);
    kinds.add(Object.keys(read)[0] as string);
  }
  expect([...kinds].sort()).toEqual(['Account', 'BidKind', 'CLValue', 'Contract', 'ContractPackage', 'EraInfo']);
});

test('a proof of which one byte is another one proves nothing', () => {
  const some = held.filter(({ value }) => !('ContractWasm' in value));
  fc.assert(
    fc.property(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), (which, at, by) => {
      const { key, height } = some[which % some.length] ?? lacking();
      const proof = Buffer.from(trie.proof(rootAt(height), key) ?? lacking(), 'hex');
      const place = at % proof.length;
      proof[place] = (proof[place] as number) ^ by;
      expect(provedValue(proof.toString('hex'), trieKey(key), rootAt(height))).toBeUndefined();
    }),
    { seed, numRuns: 3_000 },
  );
});

test('a proof that is cut, or has more, proves nothing', () => {
  const { key, height } = held.find(({ key: each }) => each.startsWith('balance-')) ?? lacking();
  const proof = trie.proof(rootAt(height), key) ?? lacking();
  for (let length = 0; length < proof.length; length += 2)
    expect(provedValue(proof.slice(0, length), trieKey(key), rootAt(height))).toBeUndefined();
  for (const more of ['00', '01', proof, '0'])
    expect(provedValue(proof + more, trieKey(key), rootAt(height))).toBeUndefined();
});

test('a proof is one of its own key, at its own root', () => {
  const one = held.find(({ key }) => key.startsWith('balance-')) ?? lacking();
  const other = held.find(({ key }) => key.startsWith('balance-') && key !== one.key) ?? lacking();
  const proof = trie.proof(rootAt(one.height), one.key) ?? lacking();
  expect(provedValue(proof, trieKey(one.key), rootAt(one.height))).toBeDefined();
  expect(provedValue(proof, trieKey(other.key), rootAt(one.height))).toBeUndefined();
  for (const { header } of recording.blocks)
    if (trie.proof(header.state_root_hash, one.key) !== proof)
      expect(provedValue(proof, trieKey(one.key), header.state_root_hash)).toBeUndefined();
});

describe('a value that looks like the steps behind it', () => {
  const key = Uint8Array.from([9, 255, ...new Array(31).fill(7)]);
  const pointer = [1, ...new Array(32).fill(5)];
  /** Of the root: the leaf is at 9, and something else at 200. */
  const realSteps = [...little(1), 0, 9, ...little(1), 200, ...pointer];
  const slots = 50;
  // Each slot is a child to the steps that begin in a slot before it, and ends with the head of others that reach the real steps.
  const value = Array.from({ length: slots }, (_, slot) => [
    ...[slot, 0, ...new Array(22).fill(3)],
    ...(slot + 1 < slots ? [...little(2), 0, 255, ...little(slots - 1 - slot)] : new Array(6).fill(3)),
  ]).flat();
  const proof = Buffer.from([...little(1), ...key, ...value, ...realSteps]).toString('hex');
  const leaf = blake2b(Uint8Array.from([0, ...key, ...value]));
  const children = Array.from({ length: 256 }, (_, at) =>
    at === 9 ? [1, 0, ...leaf] : at === 200 ? [1, ...pointer] : [0],
  );
  const root = bytesToHex(blake2b(Uint8Array.from([1, ...children.flat()])));

  test('is proved', () => {
    expect([...(provedValue(proof, key, root) ?? [])]).toEqual(value);
  });

  test('makes no reader hash it many times', () => {
    let hashed = 0;
    const counting = (bytes: Uint8Array): Uint8Array => {
      hashed += 1;
      return blake2b(bytes);
    };
    expect(provedValue(proof, key, '0'.repeat(64), counting)).toBeUndefined();
    expect(hashed).toBeGreaterThan(2);
    expect(hashed).toBeLessThan(slots);
  });
});

test('children twice, out of order, or in the place of the way prove nothing', () => {
  const { key, height } = held.find(({ key: each }) => each.startsWith('balance-')) ?? lacking();
  const proof = trie.proof(rootAt(height), key) ?? lacking();
  const at = proof.length - 2 * 34;
  const last = proof.slice(at);
  const before = proof.slice(at - 2 * 34, at);
  const swapped = proof.slice(0, at - 2 * 34) + last + before;
  expect(provedValue(proof, trieKey(key), rootAt(height))).toBeDefined();
  expect(provedValue(swapped, trieKey(key), rootAt(height))).toBeUndefined();
});

test.each(['', '00', 'zz', '01000000', '0100000', 'f'.repeat(80)])('no proof: %p', (proof) => {
  expect(provedValue(proof, trieKey(`balance-${'0'.repeat(64)}`), rootAt(0))).toBeUndefined();
});

function little(value: number): readonly number[] {
  return [...u32(value)];
}

const withoutParsed = (value: object): object => JSON.parse(JSON.stringify(value));
