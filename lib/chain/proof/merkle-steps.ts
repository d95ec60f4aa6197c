export interface TrieBranch {
  readonly hole: number;
  /** 34 bytes for each other child, in the order of their places: the place, 0 for a leaf or 1 for a node, and the hash. */
  readonly others: Uint8Array;
}

export type TrieStep = TrieBranch | { readonly affix: Uint8Array };

export const childBytes = 34;
/** A tag and the place of the hole, or a tag; and how many children, or bytes, follow. */
const [branchHead, affixHead] = [6, 5];
/** Of 256 children one is the hole. */
const longestStep = branchHead + 255 * childBytes;
const shortestStep = 6;
/** How many steps there are, in front of the first one. */
const countBytes = 4;
/** casper-storage hashes longer leaves in chunks. */
const longestLeaf = 8 * 1024 * 1024;

/**
 * Where the value of a proof may end: places behind which there is nothing but the number of steps, and as many steps, each with one byte of
 * the key at least, up to the root. From the back, since what is behind the value are hashes, and the value can be what its writer likes. Each
 * step is looked at once, whatever lies behind it, and no further from the end than the longest steps reach: bytes that are made for it take no longer than others.
 */
export function* endsOfValue(
  bytes: Uint8Array,
  valueAt: number,
  key: Uint8Array,
): Generator<{ readonly end: number; readonly steps: readonly TrieStep[] }> {
  const low = Math.max(valueAt + 1 + countBytes, bytes.length - key.length * longestStep);
  if (key.length > 255 || low > bytes.length) return;
  /** By place, from `low` on: how many steps lead from it to the root, 0 for none, and how much of the key they go along. */
  const counts = new Uint8Array(bytes.length - low + 1);
  const ways = new Uint8Array(counts.length);
  for (let at = bytes.length - shortestStep; at >= low; at--) {
    // Nearly every place ends here.
    if ((bytes[at] as number) > 1) continue;
    const next = afterStep(bytes, at);
    const above = next - low;
    if (next > bytes.length || (next < bytes.length && counts[above] === 0)) continue;
    const way = ways[above] as number;
    const length = wayOfStep(bytes, at, next, key, way);
    if (length === 0) continue;
    const count = (counts[above] as number) + 1;
    counts[at - low] = count;
    ways[at - low] = way + length;
    if (u32At(bytes, at - countBytes) === count && at - countBytes - 4 <= longestLeaf)
      yield { end: at - countBytes, steps: stepsFrom(bytes, at) };
  }
}

function afterStep(bytes: Uint8Array, at: number): number {
  return bytes[at] === 1 ? at + affixHead + u32At(bytes, at + 1) : at + branchHead + u32At(bytes, at + 2) * childBytes;
}

/** How many bytes of the key the step goes along, from `way` on: a branch along its next byte, an affix along its next bytes. 0: it is none of its way. */
function wayOfStep(bytes: Uint8Array, at: number, next: number, key: Uint8Array, way: number): number {
  if (bytes[at] === 0)
    return way < key.length && bytes[at + 1] === key[way] && areOthers(bytes, at + branchHead, next, key[way]) ? 1 : 0;
  const length = next - at - affixHead;
  if (length > key.length - way) return 0;
  for (let place = 0; place < length; place++) if (bytes[at + affixHead + place] !== key[way + place]) return 0;
  return length;
}

/** In order, each once, none in the hole, and each a leaf or a node. */
function areOthers(bytes: Uint8Array, from: number, to: number, hole: number | undefined): boolean {
  let last = -1;
  for (let at = from; at < to; at += childBytes) {
    const place = bytes[at] as number;
    if (place <= last || place === hole || (bytes[at + 1] as number) > 1) return false;
    last = place;
  }
  return true;
}

function stepsFrom(bytes: Uint8Array, begin: number): readonly TrieStep[] {
  const steps: TrieStep[] = [];
  for (let at = begin; at < bytes.length; ) {
    const next = afterStep(bytes, at);
    if (bytes[at] === 1) steps.push({ affix: bytes.subarray(at + affixHead, next) });
    else steps.push({ hole: bytes[at + 1] as number, others: bytes.subarray(at + branchHead, next) });
    at = next;
  }
  return steps;
}

const u32At = (bytes: Uint8Array, at: number): number =>
  (bytes[at] as number) +
  (bytes[at + 1] as number) * 2 ** 8 +
  (bytes[at + 2] as number) * 2 ** 16 +
  (bytes[at + 3] as number) * 2 ** 24;
