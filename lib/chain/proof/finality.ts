import { secp256k1 } from '@noble/curves/secp256k1.js';
import { blake2b, concatBytes, hex, u64, utf8ToBytes } from './bytes.ts';
import { verifyEd25519 } from './ed25519.ts';

/** A validator's public key and its weight. */
export type Weights = ReadonlyMap<string, bigint>;

export interface SignedBlock {
  readonly hash: string;
  readonly height: number;
  readonly eraId: number;
  readonly signatures: readonly { readonly publicKey: string; readonly signature: string }[];
}

/** What a validator signs of a block (casper-types 6.0, FinalitySignatureV2). */
export const signedBytes = (
  { hash: block, height, eraId }: Omit<SignedBlock, 'signatures'>,
  chainName: string,
): Uint8Array => concatBytes(hex(block, 32), u64(BigInt(height)), u64(BigInt(eraId)), blake2b(utf8ToBytes(chainName)));

/** Whether this validator signed these bytes. */
export function isSignature(publicKey: string, signature: string, message: Uint8Array): boolean {
  try {
    const [key, given] = [hex(publicKey), hex(signature, 65)];
    if (key[0] !== given[0]) return false;
    const [rawKey, raw] = [key.subarray(1), given.subarray(1)];
    if (key[0] === 1) return key.length === 33 && verifyEd25519(raw, message, rawKey);
    // Nodes take signatures in the lower half only, and sign the SHA-256 of the message.
    return key[0] === 2 && key.length === 34 && secp256k1.verify(raw, message, rawKey, { prehash: true, lowS: true });
  } catch {
    // What is no key, and what is no signature, is thrown by the library too.
    return false;
  }
}

/** Of one validator: a node could send any number of signatures that do not hold, and each takes time. */
const mostTries = 8;

/**
 * The weight that signed, of all of it. Each validator counts once, and only where the era has it. Stops at the first signatures that
 * suffice where `until` is given: verifying costs more than all else.
 */
export function weightOf(
  block: SignedBlock,
  weights: Weights,
  chainName: string,
  until?: (weight: bigint) => boolean,
): bigint {
  const message = signedBytes(block, chainName);
  const counted = new Set<string>();
  const tried = new Map<string, number>();
  let sum = 0n;
  const weightFor = (publicKey: string): bigint => weights.get(publicKey) ?? 0n;
  // The heaviest first: fewest signatures are verified.
  const signatures = [...block.signatures].sort((a, b) => Number(weightFor(b.publicKey) - weightFor(a.publicKey)));
  for (const { publicKey, signature } of signatures) {
    const weight = weightFor(publicKey);
    const tries = tried.get(publicKey) ?? 0;
    if (weight === 0n || counted.has(publicKey) || tries === mostTries) continue;
    tried.set(publicKey, tries + 1);
    if (!isSignature(publicKey, signature, message)) continue;
    counted.add(publicKey);
    sum += weight;
    if (until?.(sum)) return sum;
  }
  return sum;
}

/** The weight of those whose signatures are there, each of another validator. None of them is verified. */
export const claimedWeight = ({ signatures }: Pick<SignedBlock, 'signatures'>, weights: Weights): bigint =>
  signatures.reduce((sum, { publicKey }) => sum + (weights.get(publicKey) ?? 0n), 0n);

export const totalWeight = (weights: Weights): bigint =>
  [...weights.values()].reduce((sum, weight) => sum + weight, 0n);

/** Validators of more than two thirds of the weight: fewer could also have signed another block. */
export const isFinal = (weight: bigint, total: bigint): boolean => weight * 3n > total * 2n;
