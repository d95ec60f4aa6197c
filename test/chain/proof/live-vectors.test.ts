import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { headerHash } from '../../../lib/chain/proof/header-hash.ts';
import { provedValue } from '../../../lib/chain/proof/merkle-proof.ts';
import { trieKey } from '../../../lib/chain/proof/trie-key.ts';
import { lacking } from '../../support/lacking.ts';
import { type BlockAnswer, countBlocks, headerIn, linesOf, provedIn, type StateAnswer } from './live-vectors.ts';

const chainName = 'casper-net-1';
const shared = join(import.meta.dirname, '../../../../shared/casper');
const published = join(shared, 'light-client/vectors');
const testShared = existsSync(published) ? test : test.skip;

const sampled = {
  blocks: linesOf<BlockAnswer>(import.meta.dirname, 'live-blocks.jsonl'),
  states: linesOf<StateAnswer>(import.meta.dirname, 'live-state.jsonl'),
};
const proofsIn = (states: readonly StateAnswer[]) => states.filter(({ result }) => result !== undefined);

/** Each proof that leads to the root of the block of its height, and whose bytes are what the node wrote as JSON. */
function countProofs(states: readonly StateAnswer[], blocks: readonly BlockAnswer[]): number {
  const headers = new Map(blocks.map((answer) => [headerIn(answer).height, answer] as const));
  for (const state of proofsIn(states)) {
    const { hash, header } = headers.get(state.height)?.block_with_signatures.block.Version2 ?? lacking();
    expect(headerHash(state.result?.block_header.Version2)).toBe(hash);
    expect(state.result?.stored_value).toMatchObject(provedIn(state, header.state_root_hash) ?? lacking());
  }
  return proofsIn(states).length;
}

// Rules PROOF-1 and PROOF-3.
describe('what a live network has answered', () => {
  test('some of it, which the project has with it: blocks, signatures, eras and state of each kind are proved', () => {
    expect(countBlocks(sampled.blocks, chainName)).toEqual({
      blocks: 5,
      hashes: 5,
      bodies: 5,
      signatures: 15,
      trusted: 3,
      signedByEra: 2,
    });
    expect(countProofs(sampled.states, sampled.blocks)).toBe(9);
  });

  testShared('all of it, where ../shared is there', () => {
    const blocks = linesOf<BlockAnswer>(published, 'blocks.jsonl');
    const states = linesOf<StateAnswer>(published, 'state.jsonl');
    expect(countBlocks(blocks, chainName)).toEqual({
      blocks: 430,
      hashes: 430,
      bodies: 430,
      signatures: 1_210,
      trusted: 27,
      signedByEra: 429,
    });
    expect([countProofs(states, blocks), states.length]).toEqual([77, 173]);
  });

  testShared.each([
    ['chain-a', { blocks: 121, signatures: 121, trusted: 12 }],
    ['chain-d', { blocks: 157, signatures: 471, trusted: 13 }],
    ['chain-e', { blocks: 101, signatures: 303, trusted: 8 }],
  ])('every block of the whole recording %s, with its signatures', (name, counts) => {
    const folder = join(shared, 'recordings', name);
    const { chainspec_name: chain } = JSON.parse(readFileSync(join(folder, 'meta.json'), 'utf8'));
    const { blocks: count } = counts;
    const all = { ...counts, hashes: count, bodies: count, signedByEra: count - 1 };
    expect(countBlocks(linesOf<BlockAnswer>(folder, 'blocks.jsonl'), chain)).toEqual(all);
  });
});

// Rule PROOF-1.
test('of no live proof can a byte be another one, whichever it is: of the value, the key or the steps', () => {
  let tried = 0;
  for (const { key, result } of proofsIn(sampled.states)) {
    const { merkle_proof: proof, block_header: header } = result ?? lacking();
    const bytes = Buffer.from(proof, 'hex');
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = (bytes[at] as number) ^ (1 << (at % 8));
      const found = provedValue(changed.toString('hex'), trieKey(key), header.Version2.state_root_hash);
      if (found !== undefined) throw new Error(`${key}: byte ${at} may be another one`);
      tried += 1;
    }
  }
  expect(tried).toBeGreaterThan(8_000);
});
