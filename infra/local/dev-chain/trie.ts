import { blake2b256 } from '../../../lib/domain/account-id.ts';
import { recordedKey } from './keys.ts';

/** A line of a recorded trie: a branch, an affix, or a leaf. Pointers are `00` (to a leaf) or `01` (to a node) and the hash. */
export type TrieNode =
  | { readonly hash: string; readonly children: Readonly<Record<string, string>> }
  | { readonly hash: string; readonly affix: string; readonly to: string }
  | (Leaf & { readonly hash: string });

export interface Leaf {
  readonly key: string;
  /** The key and the value, serialised. */
  readonly leaf: string;
}

/** The nodes of the state tries that a recording has, of all its blocks: most nodes are in many of them. */
export interface Trie {
  /** What the recorded node answered as `merkle_proof`; undefined where that root has no such key, or its leaf was not recorded. */
  proof(root: string, key: string): string | undefined;
  /**
   * The root of the same state with these leaves, new or in place of others. What is at their place and was not recorded, no recorded
   * proof has: it is left out.
   */
  put(root: string, leaves: readonly Leaf[]): string;
  /** A trie of its own with the same nodes, for new ones. */
  copy(): Trie;
  /** All that it has now. */
  nodes(): readonly TrieNode[];
}

export function createTrie(lines: readonly TrieNode[]): Trie {
  return trieOf(
    new Map(lines.map((node) => [node.hash, node])),
    new Map(lines.flatMap((node) => ('leaf' in node ? [[recordedKey(node.key), node.leaf] as const] : []))),
  );
}

/** `ways`: by its key, some leaf, which begins with the key's bytes. */
function trieOf(nodes: Map<string, TrieNode>, ways: Map<string, string>): Trie {
  return {
    copy: () => trieOf(new Map(nodes), new Map(ways)),

    put(root, leaves) {
      for (const leaf of leaves) ways.set(recordedKey(leaf.key), leaf.leaf);
      return leaves.reduce((pointer, leaf) => putBelow(pointer, leaf, 0, nodes), `01${root}`).slice(2);
    },

    nodes: () => [...nodes.values()],

    proof(root, asked) {
      const key = recordedKey(asked);
      const way = ways.get(key);
      if (way === undefined) return undefined;
      const steps: string[] = [];
      let [hash, at] = [root, 0];
      for (;;) {
        const node = nodes.get(hash);
        if (node === undefined) return undefined;
        if ('leaf' in node) {
          if (recordedKey(node.key) !== key) return undefined;
          return ['01000000', node.leaf, u32(steps.length), ...steps.reverse()].join('');
        }
        if ('affix' in node) {
          if (!way.startsWith(node.affix, at)) return undefined;
          at += node.affix.length;
          steps.push(`01${u32(node.affix.length / 2)}${node.affix}`);
          hash = node.to.slice(2);
        } else {
          const hole = Number.parseInt(way.slice(at, at + 2), 16);
          const child = node.children[hole];
          if (child === undefined) return undefined;
          const others = Object.entries(node.children).filter(([index]) => Number(index) !== hole);
          steps.push(`00${u8(hole)}${u32(others.length)}${others.map(([i, to]) => u8(Number(i)) + to).join('')}`);
          hash = child.slice(2);
          at += 2;
        }
      }
    },
  };
}

/** The pointer to what is below another one, with a leaf in it. `at`: the place in the leaf's way, in hex digits. */
function putBelow(pointer: string | undefined, leaf: Leaf, at: number, nodes: Map<string, TrieNode>): string {
  const node = pointer === undefined ? undefined : nodes.get(pointer.slice(2));
  const way = leaf.leaf;
  if (pointer === undefined || node === undefined) return leafOf(leaf, nodes);
  if ('children' in node) {
    const index = indexAt(way, at);
    return branchOf({ ...node.children, [index]: putBelow(node.children[index], leaf, at + 2, nodes) }, nodes);
  }
  if ('leaf' in node) {
    if (recordedKey(node.key) === recordedKey(leaf.key)) return leafOf(leaf, nodes);
    const common = sharedLength(node.leaf.slice(at), way.slice(at));
    const fork = { [indexAt(node.leaf, at + common)]: pointer, [indexAt(way, at + common)]: leafOf(leaf, nodes) };
    return affixOf(way.slice(at, at + common), branchOf(fork, nodes), nodes);
  }
  const common = sharedLength(node.affix, way.slice(at));
  if (common === node.affix.length) return affixOf(node.affix, putBelow(node.to, leaf, at + common, nodes), nodes);
  const rest = affixOf(node.affix.slice(common + 2), node.to, nodes);
  const fork = { [indexAt(node.affix, common)]: rest, [indexAt(way, at + common)]: leafOf(leaf, nodes) };
  return affixOf(way.slice(at, at + common), branchOf(fork, nodes), nodes);
}

function leafOf({ key, leaf }: Leaf, nodes: Map<string, TrieNode>): string {
  const hash = hashOf(`00${leaf}`);
  nodes.set(hash, { hash, key, leaf });
  return `00${hash}`;
}

function branchOf(children: Readonly<Record<string, string>>, nodes: Map<string, TrieNode>): string {
  const slots = Array.from({ length: 256 }, (_, index) =>
    children[index] === undefined ? '00' : `01${children[index]}`,
  );
  const hash = hashOf(`01${slots.join('')}`);
  nodes.set(hash, { hash, children });
  return `01${hash}`;
}

function affixOf(affix: string, to: string, nodes: Map<string, TrieNode>): string {
  if (affix === '') return to;
  const hash = hashOf(`02${u32(affix.length / 2)}${affix}${to}`);
  nodes.set(hash, { hash, affix, to });
  return `01${hash}`;
}

const hashOf = (hex: string): string => blake2b256(Buffer.from(hex, 'hex'));
const indexAt = (hex: string, at: number): number => Number.parseInt(hex.slice(at, at + 2), 16);

/** In hex digits, of whole bytes. */
function sharedLength(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a.slice(at, at + 2) === b.slice(at, at + 2)) at += 2;
  return at;
}

const u8 = (value: number): string => value.toString(16).padStart(2, '0');

function u32(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes.toString('hex');
}
