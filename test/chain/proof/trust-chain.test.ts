import { describe, expect, test } from '@jest/globals';
import { ed25519 } from '@noble/curves/ed25519.js';
import { loadRecording } from '../../../infra/local/dev-chain/recording.ts';
import { type ProvedHeader, provedHeaderOf } from '../../../lib/chain/proof/block-proof.ts';
import { bytesToHex } from '../../../lib/chain/proof/bytes.ts';
import { isSignature, signedBytes, totalWeight, weightOf } from '../../../lib/chain/proof/finality.ts';
import { headerHash } from '../../../lib/chain/proof/header-hash.ts';
import {
  advance,
  fromAnchor,
  signedShare,
  type TrustedSwitchBlock,
  type Trusting,
} from '../../../lib/chain/proof/trust-chain.ts';
import { lacking } from '../../support/lacking.ts';
import { chainName, headerAt, recording } from './recorded.ts';

const switchBlocks = recording.blocks
  .filter(({ header }) => header.era_end !== null)
  .map(({ header }) => header.height);
const anchor = { height: 0, hash: recording.blocks[0]?.hash as string };
const genesis = trusted(fromAnchor(anchor, headerAt(0)));

// Rule PROOF-3.
test('from the first block, each block of the recording is trusted by what its era named, two signatures of three sufficing', () => {
  let newest = genesis;
  for (let height = 1; height <= recording.lastHeight; height++) {
    const header = headerAt(height);
    expect(trusted(signedShare(newest, header, chainName))).toBeCloseTo(2 / 3, 2);
    expect(weightOf(header, newest.nextWeights, chainName)).toBe(totalWeight(newest.nextWeights));
    if (switchBlocks.includes(height)) newest = trusted(advance(newest, header, chainName));
  }
  expect(newest.height).toBe(switchBlocks.at(-1));
});

test('eras are skipped while the validators that are known still sign', () => {
  const last = switchBlocks.at(-1) as number;
  expect(trusted(advance(genesis, headerAt(last), chainName)).hash).toBe(recording.blocks[last]?.hash);
});

describe('refused', () => {
  const [first = 0, second = 0] = switchBlocks.slice(1);
  const one = trusted(advance(genesis, headerAt(first), chainName));

  test('an anchor that is another block, or names no validators', () => {
    expect(fromAnchor({ ...anchor, hash: '0'.repeat(64) }, headerAt(0))).toEqual({ refused: 'not_the_anchor' });
    expect(fromAnchor({ ...anchor, height: 1 }, headerAt(0))).toEqual({ refused: 'not_the_anchor' });
    const ordinary = headerAt(3);
    expect(fromAnchor(ordinary, ordinary)).toEqual({ refused: 'no_switch_block' });
  });

  test('an old header again', () => {
    expect(advance(one, headerAt(0), chainName)).toEqual({ refused: 'era_unknown' });
    expect(advance(one, headerAt(first), chainName)).toEqual({ refused: 'era_unknown' });
    expect(signedShare(one, headerAt(first - 1), chainName)).toEqual({ refused: 'era_unknown' });
    // Of an era whose validators nothing has named yet.
    expect(signedShare(genesis, headerAt(second), chainName)).toEqual({ refused: 'era_unknown' });
  });

  test('any number of signatures of one validator that do not hold: a few are tried', () => {
    const header = headerAt(first + 1);
    const [own = lacking(), other = lacking()] = header.signatures;
    const bad = { publicKey: own.publicKey, signature: other.signature };
    const withBad = (count: number) => ({ ...header, signatures: [...Array(count).fill(bad), own] });
    const weight = one.nextWeights.get(own.publicKey);
    expect(weightOf(withBad(7), one.nextWeights, chainName)).toBe(weight);
    expect(weightOf(withBad(8), one.nextWeights, chainName)).toBe(0n);
  });

  test('too little weight: not two thirds, and not just two thirds', () => {
    const header = headerAt(first + 1);
    const [a, b, c] = header.signatures.map(({ publicKey }) => publicKey) as [string, string, string];
    const weighing = (weights: readonly bigint[]): TrustedSwitchBlock => ({
      ...one,
      nextWeights: new Map([a, b, c].map((key, at) => [key, weights[at] as bigint])),
    });
    const by = (keys: readonly string[]) => ({
      ...header,
      signatures: header.signatures.filter(({ publicKey }) => keys.includes(publicKey)),
    });
    expect(signedShare(weighing([1n, 1n, 1n]), by([a, b]), chainName)).toEqual({ refused: 'too_little_weight' });
    expect(signedShare(weighing([1n, 1n, 1n]), by([a, b, c]), chainName)).toEqual({ value: 1 });
    expect(signedShare(weighing([67n, 17n, 16n]), by([a]), chainName)).toEqual({ value: 0.67 });
    expect(signedShare(weighing([66n, 17n, 17n]), by([a]), chainName)).toEqual({ refused: 'too_little_weight' });
    expect(signedShare(weighing([66n, 17n, 17n]), by([]), chainName)).toEqual({ refused: 'too_little_weight' });
  });

  test('a validator that counts twice, one that the era does not have, and one without weight', () => {
    const header = headerAt(first + 1);
    const [own] = header.signatures;
    if (own === undefined) throw new Error('no signatures');
    const twice = { ...header, signatures: [own, own, { ...own, publicKey: own.publicKey.toUpperCase() }] };
    expect(weightOf(twice, new Map([[own.publicKey, 5n]]), chainName)).toBe(5n);
    expect(weightOf(header, new Map(), chainName)).toBe(0n);
    expect(weightOf(header, new Map([[own.publicKey, 0n]]), chainName)).toBe(0n);
  });

  test('signatures of another block, another height, another era, another chain', () => {
    const header = headerAt(first + 1);
    const others: readonly ProvedHeader[] = [
      { ...header, hash: headerAt(first + 2).hash },
      { ...header, height: header.height + 1 },
      { ...header, signatures: headerAt(first + 2).signatures },
    ];
    for (const other of others) expect(signedShare(one, other, chainName)).toEqual({ refused: 'too_little_weight' });
    expect(signedShare(one, header, 'casper')).toEqual({ refused: 'too_little_weight' });
    expect(weightOf({ ...header, eraId: header.eraId + 1 }, one.nextWeights, chainName)).toBe(0n);
  });

  test('a forged change of era: a validator set of the other’s own, signed by its own keys, by the real ones for another block, or by none', () => {
    const { header: real } = recording.blocks[second] ?? lacking();
    const secret = new Uint8Array(32).fill(7);
    const validator = `01${bytesToHex(ed25519.getPublicKey(secret))}`;
    const weights = [{ validator, weight: '1000000' }];
    const header = { ...real, era_end: { ...(real.era_end as object), next_era_validator_weights: weights } };
    const hash = headerHash(header);
    const message = signedBytes({ hash, height: second, eraId: real.era_id }, chainName);
    const own = [{ publicKey: validator, signature: `01${bytesToHex(ed25519.sign(message, secret))}` }];
    expect(own.every(({ publicKey, signature }) => isSignature(publicKey, signature, message))).toBe(true);
    for (const signatures of [own, headerAt(second).signatures, [...own, ...headerAt(second).signatures], []]) {
      const forged = provedHeaderOf({ hash, header, signatures });
      expect(forged.nextWeights).toEqual(new Map([[validator, 1_000_000n]]));
      expect(advance(one, forged, chainName)).toEqual({ refused: 'too_little_weight' });
      expect(signedShare(one, forged, chainName)).toEqual({ refused: 'too_little_weight' });
    }
    // What it would take: the first of them being trusted already.
    const won = { ...one, nextWeights: new Map([[validator, 1n]]) };
    expect(advance(won, provedHeaderOf({ hash, header, signatures: own }), chainName)).toHaveProperty('value');
  });

  test('a signature of which one bit is another one, in whichever digit', () => {
    const header = headerAt(first + 1);
    const message = signedBytes(header, chainName);
    for (const { publicKey, signature } of header.signatures) {
      expect(isSignature(publicKey, signature, message)).toBe(true);
      for (let at = 0; at < signature.length; at += 1) {
        const digit = (Number.parseInt(signature[at] as string, 16) ^ 1).toString(16);
        expect(isSignature(publicKey, signature.slice(0, at) + digit + signature.slice(at + 1), message)).toBe(false);
      }
    }
  });
});

test('signatures by secp256k1 count: those of the recorded transactions, over their hashes', () => {
  const signed = [recording, loadRecording('chain-a'), loadRecording('chain-d')]
    .flatMap(({ transactions }) => [...transactions.values()])
    .flatMap(({ transaction }) =>
      Object.values(transaction).flatMap((body) => {
        const { hash, approvals } = body as unknown as {
          hash: string;
          approvals: { signer: string; signature: string }[];
        };
        return approvals.map((approval) => ({ ...approval, message: Buffer.from(hash, 'hex') }));
      }),
    );
  const bySecp256k1 = signed.filter(({ signer }) => signer.startsWith('02'));
  expect(bySecp256k1.length).toBeGreaterThan(0);
  for (const { signer, signature, message } of signed) {
    expect(isSignature(signer, signature, message)).toBe(true);
    expect(
      isSignature(
        signer,
        signature,
        message.map((byte) => byte ^ 1),
      ),
    ).toBe(false);
    expect(isSignature(signer, signature.replace(/^0./, signer.startsWith('02') ? '01' : '02'), message)).toBe(false);
  }
  for (const { signer, signature, message } of bySecp256k1) {
    const s = order - BigInt(`0x${signature.slice(66)}`);
    // The other half of the curve has a second signature of the same message.
    expect(isSignature(signer, signature.slice(0, 66) + s.toString(16).padStart(64, '0'), message)).toBe(false);
  }
});
/** Of the curve's group (SEC 2, secp256k1). */
const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

test('the share is rounded down, so that what is not all is never 1', () => {
  const header = headerAt(1);
  const [a, b] = header.signatures.map(({ publicKey }) => publicKey) as [string, string];
  const weighed = {
    ...genesis,
    nextWeights: new Map([
      [a, 999_999n],
      [b, 1n],
    ]),
  };
  const less = { ...header, signatures: header.signatures.filter(({ publicKey }) => publicKey === a) };
  expect(signedShare(weighed, less, chainName)).toEqual({ value: 0.9999 });
});

function trusted<Value>(trusting: Trusting<Value>): Value {
  if ('refused' in trusting) throw new Error(trusting.refused);
  return trusting.value;
}
