import { describe, expect, test } from '@jest/globals';
import { ed25519 } from '@noble/curves/ed25519.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { ProvedHeader } from '../../../lib/chain/proof/block-proof.ts';
import { signedBytes } from '../../../lib/chain/proof/finality.ts';
import { advance, fromAnchor, type TrustedSwitchBlock } from '../../../lib/chain/proof/trust-chain.ts';
import type { Given, SignedBlocks } from '../../../lib/chain/trust/signed-blocks.ts';
import { trustWay } from '../../../lib/chain/trust/trust-way.ts';
import { BlockNotServed, InvalidRequest, UnusableAnswer } from '../../../lib/domain/errors.ts';
import { lacking } from '../../support/lacking.ts';

const network = 'a-network';
const asking = { signal: AbortSignal.timeout(60_000) };

const secretOf = (validator: number): Uint8Array => new Uint8Array(32).fill(validator + 1);
const keys = new Map<number, string>();
function keyOf(validator: number): string {
  const key = keys.get(validator) ?? `01${bytesToHex(ed25519.getPublicKey(secretOf(validator)))}`;
  keys.set(validator, key);
  return key;
}

/** A chain of switch blocks alone: `signers` names who signs the blocks of an era, each with the weight 1. */
function chainOf(eras: number, signers: (era: number) => readonly number[], signing = signers) {
  const hashOf = (era: number): string => (era + 1).toString(16).padStart(64, '0');
  const headers = Array.from({ length: eras }, (_, eraId): ProvedHeader => {
    const block = { hash: hashOf(eraId), height: 10 * eraId, eraId };
    const message = signedBytes(block, network);
    return {
      ...block,
      signatures: signing(eraId).map((validator) => ({
        publicKey: keyOf(validator),
        signature: `01${bytesToHex(ed25519.sign(message, secretOf(validator)))}`,
      })),
      nextWeights: new Map(signers(eraId + 1).map((validator) => [keyOf(validator), 1n])),
      lastSwitchBlockHash: eraId === 0 ? null : hashOf(eraId - 1),
      json: { eraId },
    };
  });
  let calls = 0;
  const blocks: SignedBlocks = {
    async byHash({ hash }) {
      calls += 1;
      return headers.find((header) => header.hash === hash);
    },
    async atHeight(height) {
      const header = headers.find((each) => each.height === height);
      return header === undefined ? [] : [{ node: {} as Given['node'], header }];
    },
  };
  return { headers, blocks, calls: () => calls, newest: headers.at(-1) ?? lacking() };
}

const from = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index);

/** Of each era one validator of the ten is another one. */
const slowly = (era: number) => from(era, 10);
/** Two of three. */
const quickly = (era: number) => from(era, 3);

// Rule PROOF-5.
describe('the way from an anchor', () => {
  test.each([1, 2, 5, 20])('skips eras, and is one that a caller can go: %d eras', async (eras) => {
    const { headers, blocks, newest } = chainOf(eras + 2, slowly);
    const { switchBlocks, weight } = await trustWay(newest.hash, 0, { blocks, network, asking });
    expect(weight).toBe(1);
    // Of ten validators seven must be known: three eras are skipped at once.
    expect(switchBlocks.length - 1).toBe(Math.ceil(eras / 4));
    const [first, ...later] = switchBlocks.map(({ hash, signatures }) => ({
      ...(headers.find((header) => header.hash === hash) ?? lacking()),
      signatures,
    }));
    let trusted = valueIn(fromAnchor(headers[0] ?? lacking(), first ?? lacking()));
    for (const header of later) trusted = valueIn(advance(trusted, header, network));
    expect(trusted.eraId).toBe(eras);
  });

  test('is one step, whatever is between, where the validators stay the same', async () => {
    const { blocks, newest, calls } = chainOf(300, () => from(0, 4));
    const { switchBlocks, block } = await trustWay(newest.hash, 0, { blocks, network, asking });
    expect(switchBlocks).toHaveLength(2);
    expect(calls()).toBeLessThan(6);
    expect(switchBlocks[0]?.signatures).toEqual([]);
    // No more than suffice for a step; all of the block itself.
    expect([switchBlocks[1]?.signatures.length, block.signatures.length]).toEqual([3, 4]);
  });

  test('begins at the switch block that names who signs, where no anchor is named', async () => {
    const { blocks, newest } = chainOf(10, quickly);
    const { switchBlocks } = await trustWay(newest.hash, undefined, { blocks, network, asking });
    expect(switchBlocks).toEqual([{ hash: newest.lastSwitchBlockHash, header: { eraId: 8 }, signatures: [] }]);
  });

  test('is refused where it is too long, and not looked for any further', async () => {
    const { blocks, newest, calls } = chainOf(200, quickly);
    const asked = trustWay(newest.hash, 0, { blocks, network, asking });
    await expect(asked).rejects.toThrow('anchor: is more than 64 eras below the block: take a newer one');
    await expect(asked).rejects.toBeInstanceOf(InvalidRequest);
    expect(calls()).toBeLessThan(70);
    await trustWay(newest.hash, 10 * (198 - 60), { blocks, network, asking });
  });

  test('is refused where none leads there', async () => {
    const { blocks, newest } = chainOf(10, quickly, (era) => (era === 5 ? [77, 78, 79] : quickly(era)));
    for (const [anchor, why] of [
      [0, /not signed|leads to no block/],
      [90, /is above block 80/],
      [5, /no node has block 5/],
    ] as const)
      await expect(trustWay(newest.hash, anchor, { blocks, network, asking })).rejects.toThrow(why);
    await trustWay(newest.hash, 60, { blocks, network, asking });
  });
});

describe('a block', () => {
  test('has each signature that counts once, and no other one', async () => {
    const { headers, blocks, newest } = chainOf(5, () => from(0, 4));
    const [one, ...others] = newest.signatures;
    const bad = { publicKey: keyOf(3), signature: `01${'ab'.repeat(64)}` };
    const stranger = { publicKey: keyOf(50), signature: one?.signature ?? '' };
    headers[4] = { ...newest, signatures: [bad, stranger, ...(one ? [one, one] : []), ...others] };
    const { block } = await trustWay(newest.hash, undefined, { blocks, network, asking });
    expect(block.signatures.map(({ publicKey }) => publicKey).sort()).toEqual(from(0, 4).map(keyOf).sort());
  });

  test('of which one node has too few is signed together with those of others, or read again later', async () => {
    const { headers, blocks, newest } = chainOf(5, () => from(0, 4));
    headers[4] = { ...newest, signatures: newest.signatures.slice(0, 2) };
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
    const { blocks, headers } = chainOf(5, quickly);
    for (const hash of ['f'.repeat(64), headers[0]?.hash ?? ''])
      await expect(trustWay(hash, undefined, { blocks, network, asking })).rejects.toBeInstanceOf(UnusableAnswer);
  });
});

function valueIn(trusting: ReturnType<typeof advance>): TrustedSwitchBlock {
  return 'value' in trusting ? trusting.value : lacking();
}
