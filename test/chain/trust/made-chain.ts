import { ed25519 } from '@noble/curves/ed25519.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { ProvedHeader } from '../../../lib/chain/proof/block-proof.ts';
import { signedBytes } from '../../../lib/chain/proof/finality.ts';
import type { KnownSwitchBlock } from '../../../lib/chain/trust/advance-trust.ts';
import type { Given, SignedBlocks } from '../../../lib/chain/trust/signed-blocks.ts';
import { lacking } from '../../support/lacking.ts';

export const network = 'a-network';
export const asking = { signal: AbortSignal.timeout(60_000) };

const secretOf = (validator: number): Uint8Array =>
  new Uint8Array(32).fill(validator % 251).fill(Math.floor(validator / 251) + 1, 16);
const keys = new Map<number, string>();
export function keyOf(validator: number): string {
  const key = keys.get(validator) ?? `01${bytesToHex(ed25519.getPublicKey(secretOf(validator)))}`;
  keys.set(validator, key);
  return key;
}

const blocksOfEra = 10;
const eraAt = (height: number): number => Math.ceil(height / blocksOfEra);

/**
 * A chain whose eras have ten blocks each, the first one a block alone, up to a switch block: `signers` names who signs the blocks of an era,
 * each with the weight 1.
 */
export function madeChain(eras: number, signers: (era: number) => readonly number[], signing = signers) {
  const made = new Map<number, ProvedHeader>();
  const hashAt = (height: number): string => (height + 1).toString(16).padStart(64, '0');
  const highest = blocksOfEra * (eras - 1);

  function at(height: number): ProvedHeader | undefined {
    if (!(height >= 0 && height <= highest)) return undefined;
    const header = made.get(height) ?? make(height);
    made.set(height, header);
    return header;
  }
  function make(height: number): ProvedHeader {
    const eraId = eraAt(height);
    const block = { hash: hashAt(height), height, eraId };
    const message = signedBytes(block, network);
    return {
      ...block,
      signatures: signing(eraId).map((validator) => ({
        publicKey: keyOf(validator),
        signature: `01${bytesToHex(ed25519.sign(message, secretOf(validator)))}`,
      })),
      nextWeights:
        height % blocksOfEra === 0 ? new Map(signers(eraId + 1).map((validator) => [keyOf(validator), 1n])) : null,
      lastSwitchBlockHash: eraId === 0 ? null : hashAt(blocksOfEra * (eraId - 1)),
      json: { eraId },
    };
  }
  let calls = 0;
  const blocks: SignedBlocks = {
    async byHash({ hash }) {
      calls += 1;
      return at(Number.parseInt(hash, 16) - 1);
    },
    async atHeight(height) {
      calls += 1;
      const header = at(height);
      return header === undefined ? [] : [{ node: {} as Given['node'], header }];
    },
  };
  const put = (header: ProvedHeader): void => void made.set(header.height, header);
  const of = (era: number): ProvedHeader => at(blocksOfEra * era) ?? lacking();
  return { of, at, put, blocks, calls: () => calls, newest: of(eras - 1) };
}

export const known = (header: ProvedHeader): KnownSwitchBlock => ({
  ...header,
  nextWeights: header.nextWeights ?? lacking(),
  below: header.lastSwitchBlockHash,
});

export const from = (first: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => first + index);
