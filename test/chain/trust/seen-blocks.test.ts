import { describe, expect, test } from '@jest/globals';
import { createSeenBlocks } from '../../../lib/chain/trust/seen-blocks.ts';

const method = 'chain_get_block';
const hashOf = (block: number): string => block.toString(16).padStart(64, '0');
const key = `01${'a'.repeat(64)}`;
const signatures = (count: number) => new Array(count).fill({ public_key: key, signature: `01${'b'.repeat(128)}` });
const answer = (block: number, header: object, proofs: unknown = signatures(100)) => ({
  block_with_signatures: { block: { Version2: { hash: hashOf(block), header } }, proofs },
});
/** As on mainnet: a hundred validators, and a reward for each of them and their delegators. */
const switchBlock = {
  era_end: {
    next_era_validator_weights: new Array(100).fill({ validator: key, weight: '1234567890123456789' }),
    rewards: Object.fromEntries(new Array(1_000).fill(0).map((_, at) => [`01${hashOf(at)}`, ['1234567890123']])),
  },
};
const remembers = (seen: ReturnType<typeof createSeenBlocks>, blocks: number) =>
  new Array(blocks).fill(0).filter((_, block) => seen.get(hashOf(block)) !== undefined).length;

// Rule PROOF-4: nothing of it is checked yet.
describe('answers that were seen', () => {
  test('are remembered for a batch of blocks, the last one of an era among them', () => {
    const seen = createSeenBlocks();
    for (let block = 0; block < 40; block++) seen.note(method, answer(block, block % 12 === 0 ? switchBlock : {}));
    expect(remembers(seen, 40)).toBe(32);
  });

  const long = 'x'.repeat(3_000_000);
  test.each([
    ['a long member', { proposer: long }, []],
    ['many members', Object.fromEntries(Array.from({ length: 200_000 }, (_, at) => [at, 0])), []],
    ['a long name of a member', { [long]: 0 }, []],
    ['many weights', { era_end: { next_era_validator_weights: new Array(100_000).fill({ validator: key }) } }, []],
    ['many signatures', {}, signatures(100_000)],
    ['what is no list of signatures', {}, long],
  ])('are not where a node has sent much: %s', (_, header, proofs) => {
    const seen = createSeenBlocks();
    seen.note(method, answer(1, header, proofs));
    expect(seen.get(hashOf(1))).toBeUndefined();
  });

  test('are no more in all than a few of the largest ones', () => {
    const seen = createSeenBlocks();
    for (let block = 0; block < 32; block++) seen.note(method, answer(block, { proposer: 'x'.repeat(900_000) }));
    expect(remembers(seen, 32)).toBeLessThan(10);
    expect(seen.get(hashOf(31))).toBeDefined();
  });

  test('are measured however deeply they are nested', () => {
    let nested: object = {};
    for (let depth = 0; depth < 100_000; depth++) nested = [nested];
    const seen = createSeenBlocks();
    seen.note(method, answer(1, { nested }));
    expect(seen.get(hashOf(1))).toBeUndefined();
  });
});
