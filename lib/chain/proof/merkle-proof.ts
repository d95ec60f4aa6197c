import { blake2b, hex, NotBytes } from './bytes.ts';
import { childBytes, endsOfValue, type TrieBranch, type TrieStep } from './merkle-steps.ts';
import { Reader } from './reader.ts';

/** In a chain's proof one place must be hashed. A node that invents many cannot have them all hashed. */
const mostTries = 8;

/**
 * The serialised StoredValue that a `merkle_proof` of `query_global_state` proves: under this key, and no other, by this state root. undefined where it
 * proves nothing. The format is that of casper-storage 2.1 (TrieMerkleProof): the number of proofs (1, with an empty `path`), key and
 * value, then the steps from the leaf upwards. `hash` is BLAKE2b-256, which is nearly all that a proof costs.
 */
export function provedValue(proof: string, key: Uint8Array, stateRoot: string, hash = blake2b): Uint8Array | undefined {
  try {
    const bytes = hex(proof);
    const root = hex(stateRoot, 32);
    const reader = new Reader(bytes);
    if (reader.u32() !== 1 || !isEqual(reader.bytes(key.length), key)) return undefined;
    let tries = 0;
    // Nothing says how long the value is. One place alone leads to the root: hashes that begin with another byte, or have another length,
    // are those of something else.
    for (const { end, steps } of endsOfValue(bytes, reader.at, key)) {
      if (isEqual(rootOf(bytes.subarray(4, end), steps, hash), root)) return bytes.subarray(reader.at, end);
      tries += 1;
      if (tries === mostTries) return undefined;
    }
    return undefined;
  } catch (error) {
    if (error instanceof NotBytes) return undefined;
    throw error;
  }
}

function rootOf(leaf: Uint8Array, steps: readonly TrieStep[], hash: (bytes: Uint8Array) => Uint8Array): Uint8Array {
  const leafBytes = new Uint8Array(1 + leaf.length);
  leafBytes.set(leaf, 1);
  return steps.reduce((found, step, index) => {
    const below = new Uint8Array(33);
    below[0] = index === 0 ? 0 : 1;
    below.set(found, 1);
    return hash('affix' in step ? affixBytes(step.affix, below) : branchBytes(step, below));
  }, hash(leafBytes));
}

function affixBytes(affix: Uint8Array, below: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(5 + affix.length + below.length);
  bytes[0] = 2;
  new DataView(bytes.buffer).setUint32(1, affix.length, true);
  bytes.set(affix, 5);
  bytes.set(below, 5 + affix.length);
  return bytes;
}

/** A 1, and for each of 256 places a 0, or a 1 with the pointer to what is there. */
function branchBytes({ hole, others }: TrieBranch, below: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + 256 + 33 * (1 + others.length / childBytes));
  bytes[0] = 1;
  let before = 0;
  for (let from = 0; from < others.length; from += childBytes) {
    const place = others[from] as number;
    if (place < hole) before += 1;
    const to = 1 + place + 33 * (from / childBytes + (place < hole ? 0 : 1));
    bytes[to] = 1;
    // A loop: for so few bytes the calls of `set` would cost more than the hash.
    for (let at = 1; at < childBytes; at++) bytes[to + at] = others[from + at] as number;
  }
  const to = 1 + hole + 33 * before;
  bytes[to] = 1;
  bytes.set(below, to + 1);
  return bytes;
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}
