import { expect, test } from '@jest/globals';
import fc from 'fast-check';
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

test.each(['', '00', 'zz', '01000000', '0100000', 'f'.repeat(80)])('no proof: %p', (proof) => {
  expect(provedValue(proof, trieKey(`balance-${'0'.repeat(64)}`), rootAt(0))).toBeUndefined();
});

const withoutParsed = (value: object): object => JSON.parse(JSON.stringify(value));
