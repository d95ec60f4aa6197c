import { describe, expect, test } from '@jest/globals';
import { advance, fromAnchor, type TrustedSwitchBlock } from '../../../lib/chain/proof/trust-chain.ts';
import type { Given, SignedBlocks } from '../../../lib/chain/trust/signed-blocks.ts';
import { trustWay } from '../../../lib/chain/trust/trust-way.ts';
import { BlockNotServed, InvalidRequest, UnusableAnswer } from '../../../lib/domain/errors.ts';
import { lacking } from '../../support/lacking.ts';
import { asking, from, keyOf, madeChain, network } from './made-chain.ts';

/** Of each era one validator of the ten is another one. */
const slowly = (era: number) => from(era, 10);
/** Two of three. */
const quickly = (era: number) => from(era, 3);

// Rule PROOF-5.
describe('the way from an anchor', () => {
  test.each([1, 2, 5, 20])('skips eras, and is one that a caller can go: %d eras', async (eras) => {
    const { of, at, blocks, newest } = madeChain(eras + 2, slowly);
    const { switchBlocks, weight } = await trustWay(newest.hash, 0, { blocks, network, asking });
    expect(weight).toBe(1);
    // Of ten validators seven must be known: three eras are skipped at once.
    expect(switchBlocks.length - 1).toBe(Math.ceil(eras / 4));
    const [first, ...later] = switchBlocks.map(({ hash, signatures }) => ({
      ...(at(Number.parseInt(hash, 16) - 1) ?? lacking()),
      signatures,
    }));
    let trusted = valueIn(fromAnchor(of(0), first ?? lacking()));
    for (const header of later) trusted = valueIn(advance(trusted, header, network));
    expect(trusted.eraId).toBe(eras);
  });

  test('is one step, whatever is between, where the validators stay the same', async () => {
    const { blocks, newest, calls } = madeChain(300, () => from(0, 4));
    const { switchBlocks, block } = await trustWay(newest.hash, 0, { blocks, network, asking });
    expect(switchBlocks).toHaveLength(2);
    expect(calls()).toBeLessThan(6);
    expect(switchBlocks[0]?.signatures).toEqual([]);
    // No more than suffice for a step; all of the block itself.
    expect([switchBlocks[1]?.signatures.length, block.signatures.length]).toEqual([3, 4]);
  });

  test('begins at the switch block that names who signs, where no anchor is named', async () => {
    const { blocks, newest } = madeChain(10, quickly);
    const { switchBlocks } = await trustWay(newest.hash, undefined, { blocks, network, asking });
    expect(switchBlocks).toEqual([{ hash: newest.lastSwitchBlockHash, header: { eraId: 8 }, signatures: [] }]);
  });

  test('is refused where it is too long, and not looked for any further', async () => {
    const { blocks, newest, calls } = madeChain(200, quickly);
    const asked = trustWay(newest.hash, 0, { blocks, network, asking });
    await expect(asked).rejects.toThrow('anchor: is more than 64 eras below the block: take a newer one');
    await expect(asked).rejects.toBeInstanceOf(InvalidRequest);
    expect(calls()).toBeLessThan(70);
    await trustWay(newest.hash, 10 * (198 - 60), { blocks, network, asking });
  });

  test('is refused where none leads there', async () => {
    const { blocks, newest } = madeChain(10, quickly, (era) => (era === 5 ? [77, 78, 79] : quickly(era)));
    for (const [anchor, why] of [
      [0, /not signed|leads to no block/],
      [90, /is above block 80/],
      [5, /block 5 is no switch block/],
    ] as const)
      await expect(trustWay(newest.hash, anchor, { blocks, network, asking })).rejects.toThrow(why);
    await trustWay(newest.hash, 60, { blocks, network, asking });
    const none: SignedBlocks = { ...blocks, atHeight: async () => [] };
    await expect(trustWay(newest.hash, 5, { blocks: none, network, asking })).rejects.toThrow('no node has block 5');
  });
});

describe('a block', () => {
  test('has each signature that counts once, and no other one', async () => {
    const { put, blocks, newest } = madeChain(5, () => from(0, 4));
    const [one, ...others] = newest.signatures;
    const bad = { publicKey: keyOf(3), signature: `01${'ab'.repeat(64)}` };
    const stranger = { publicKey: keyOf(50), signature: one?.signature ?? '' };
    put({ ...newest, signatures: [bad, stranger, ...(one ? [one, one] : []), ...others] });
    const { block } = await trustWay(newest.hash, undefined, { blocks, network, asking });
    expect(block.signatures.map(({ publicKey }) => publicKey).sort()).toEqual(from(0, 4).map(keyOf).sort());
  });

  test('of which one node has too few is signed together with those of others, or read again later', async () => {
    const { put, blocks, newest } = madeChain(5, () => from(0, 4));
    put({ ...newest, signatures: newest.signatures.slice(0, 2) });
    const more: SignedBlocks = {
      ...blocks,
      atHeight: async () => [
        { node: {} as Given['node'], header: { ...newest, signatures: newest.signatures.slice(1) } },
      ],
    };
    expect((await trustWay(newest.hash, undefined, { blocks: more, network, asking })).weight).toBe(1);
    await expect(trustWay(newest.hash, undefined, { blocks, network, asking })).rejects.toBeInstanceOf(BlockNotServed);
  });

  test('of 1.x, and the first one, cannot be proved', async () => {
    const { blocks, of } = madeChain(5, quickly);
    for (const hash of ['f'.repeat(64), of(0).hash])
      await expect(trustWay(hash, undefined, { blocks, network, asking })).rejects.toBeInstanceOf(UnusableAnswer);
  });
});

function valueIn(trusting: ReturnType<typeof advance>): TrustedSwitchBlock {
  return 'value' in trusting ? trusting.value : lacking();
}
