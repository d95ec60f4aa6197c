import { blake2b, hex, NotBytes } from './bytes.ts';
import { Reader } from './reader.ts';

interface Branch {
  readonly hole: number;
  /** 34 bytes for each other child, in the order of their places: the place, 0 for a leaf or 1 for a node, and the hash. */
  readonly others: Uint8Array;
}

type Step = Branch | { readonly affix: Uint8Array };

/** In a trie each step goes along one byte of the key at least, and no key is longer. */
const mostSteps = 128;
const childBytes = 34;
/** casper-storage hashes longer leaves in chunks. */
const longestLeaf = 8 * 1024 * 1024;
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
    for (const { end, steps } of endsOfValue(bytes, reader.at)) {
      if (!isWay(steps, key)) continue;
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

/**
 * Nothing says how long the value is. One place alone leads to the root: hashes that begin with another byte, or have another length, are
 * those of something else. From the back: what is behind the value are hashes, and the value can be what its writer likes.
 */
function* endsOfValue(bytes: Uint8Array, valueAt: number): Generator<{ end: number; steps: readonly Step[] }> {
  for (let end = bytes.length - 4; end > valueAt; end--) {
    // The number of steps is less than 256. Nearly every place ends here, and rules out two more.
    if (bytes[end + 1] !== 0) end -= 2;
    else if (bytes[end + 2] !== 0 || bytes[end + 3] !== 0) continue;
    else {
      const steps = stepsAt(bytes, bytes[end] as number, end + 4);
      if (steps !== undefined && end - 4 <= longestLeaf) yield { end, steps };
    }
  }
}

/** So many steps that fill the bytes from this place to the end; undefined where there are none. Throws nothing: that would cost more than all hashes. */
function stepsAt(bytes: Uint8Array, count: number, begin: number): readonly Step[] | undefined {
  if (count === 0 || count > mostSteps) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const steps: Step[] = [];
  let at = begin;
  while (steps.length < count && at + 6 <= bytes.length) {
    const [tag, hole] = [bytes[at], bytes[at + 1] as number];
    const from = tag === 1 ? at + 5 : at + 6;
    at = from + (tag === 1 ? view.getUint32(at + 1, true) : view.getUint32(at + 2, true) * childBytes);
    if (at > bytes.length) return undefined;
    const rest = bytes.subarray(from, at);
    if (tag === 1) steps.push({ affix: rest });
    else if (tag === 0 && areOthers(rest, hole)) steps.push({ hole, others: rest });
    else return undefined;
  }
  return steps.length === count && at === bytes.length ? steps : undefined;
}

/** In order, each once, none in the hole, and each a leaf or a node. */
function areOthers(others: Uint8Array, hole: number): boolean {
  let last = -1;
  for (let at = 0; at < others.length; at += childBytes) {
    const place = others[at] as number;
    if (place <= last || place === hole || (others[at + 1] as number) > 1) return false;
    last = place;
  }
  return true;
}

function rootOf(leaf: Uint8Array, steps: readonly Step[], hash: (bytes: Uint8Array) => Uint8Array): Uint8Array {
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
function branchBytes({ hole, others }: Branch, below: Uint8Array): Uint8Array {
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

/** Whether the steps go the way of the key: each branch by its next byte, each affix by its next bytes. */
function isWay(steps: readonly Step[], key: Uint8Array): boolean {
  let at = 0;
  for (const step of steps.toReversed()) {
    const way = 'affix' in step ? step.affix : Uint8Array.of(step.hole);
    if (!isEqual(key.subarray(at, at + way.length), way)) return false;
    at += way.length;
  }
  return true;
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}
