import { blake2b, concatBytes, hex, NotBytes, u8, u32 } from './bytes.ts';
import { Reader } from './reader.ts';

interface Branch {
  readonly hole: number;
  /** By their places: 0 for a leaf or 1 for a node, and the hash. */
  readonly others: ReadonlyMap<number, Uint8Array>;
}

type Step = Branch | { readonly affix: Uint8Array };

/** In a trie each step goes along one byte of the key at least, and no key is longer. */
const mostSteps = 128;
/** casper-storage hashes longer leaves in chunks. */
const longestLeaf = 8 * 1024 * 1024;

/**
 * The serialised StoredValue that a `merkle_proof` of `query_global_state` proves: under this key, and no other, by this state root. undefined where it
 * proves nothing. The format is that of casper-storage 2.1 (TrieMerkleProof): the number of proofs (1, with an empty `path`), key and
 * value, then the steps from the leaf upwards.
 */
export function provedValue(proof: string, key: Uint8Array, stateRoot: string): Uint8Array | undefined {
  try {
    const bytes = hex(proof);
    const root = hex(stateRoot, 32);
    const reader = new Reader(bytes);
    if (reader.u32() !== 1 || !isEqual(reader.bytes(key.length), key)) return undefined;
    const valueAt = reader.at;
    // Nothing says how long the value is. One place alone leads to the root: hashes that begin with another byte, or have another
    // length, are those of something else.
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let end = valueAt + 1; end + 4 <= bytes.length; end++) {
      const steps = stepsAt(bytes, view.getUint32(end, true), end + 4);
      if (steps === undefined || end - 4 > longestLeaf) continue;
      if (isEqual(rootOf(bytes.subarray(4, end), steps), root) && isWay(steps, key))
        return bytes.subarray(valueAt, end);
    }
    return undefined;
  } catch (error) {
    if (error instanceof NotBytes) return undefined;
    throw error;
  }
}

/** So many steps that fill the bytes from this place to the end; undefined where there are none. */
function stepsAt(bytes: Uint8Array, count: number, at: number): Step[] | undefined {
  // A step has six bytes at least. Nearly every place ends here.
  if (count === 0 || count > mostSteps || count * 6 > bytes.length - at) return undefined;
  const reader = new Reader(bytes.subarray(at));
  try {
    const steps = Array.from({ length: count }, () => stepOf(reader));
    reader.end();
    return steps;
  } catch (error) {
    if (error instanceof NotBytes) return undefined;
    throw error;
  }
}

function stepOf(reader: Reader): Step {
  const tag = reader.u8();
  if (tag === 1) return { affix: reader.bytes(reader.u32()) };
  if (tag !== 0) throw new NotBytes('a step of a kind that is not known');
  const hole = reader.u8();
  const others = reader.vector(() => [reader.u8(), pointerOf(reader)] as const);
  return { hole, others: new Map(others) };
}

function pointerOf(reader: Reader): Uint8Array {
  const pointer = reader.bytes(33);
  if ((pointer[0] as number) > 1) throw new NotBytes('a pointer to neither leaf nor node');
  return pointer;
}

function rootOf(leaf: Uint8Array, steps: readonly Step[]): Uint8Array {
  let found = blake2b(concatBytes(u8(0), leaf));
  steps.forEach((step, index) => {
    const below = concatBytes(u8(index === 0 ? 0 : 1), found);
    found = blake2b(
      'affix' in step ? concatBytes(u8(2), u32(step.affix.length), step.affix, below) : branchBytes(step, below),
    );
  });
  return found;
}

const noChild = u8(0);
const aChild = u8(1);

function branchBytes({ hole, others }: Branch, below: Uint8Array): Uint8Array {
  const parts = [u8(1)];
  for (let index = 0; index < 256; index++) {
    const pointer = index === hole ? below : others.get(index);
    if (pointer === undefined) parts.push(noChild);
    else parts.push(aChild, pointer);
  }
  return concatBytes(...parts);
}

/** Whether the steps go the way of the key: each branch by its next byte, each affix by its next bytes. */
function isWay(steps: readonly Step[], key: Uint8Array): boolean {
  let at = 0;
  for (const step of [...steps].reverse()) {
    const way = 'affix' in step ? step.affix : u8(step.hole);
    if (!isEqual(key.subarray(at, at + way.length), way)) return false;
    at += way.length;
  }
  return at <= key.length;
}

const isEqual = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, at) => byte === b[at]);
