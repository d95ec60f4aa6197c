import { recordedKey } from './keys.ts';

/** A line of a recorded trie: a branch, an affix, or a leaf. Pointers are `00` (to a leaf) or `01` (to a node) and the hash. */
type TrieNode =
  | { readonly hash: string; readonly children: Readonly<Record<string, string>> }
  | { readonly hash: string; readonly affix: string; readonly to: string }
  | Leaf;

interface Leaf {
  readonly hash: string;
  readonly key: string;
  /** The key and the value, serialised. */
  readonly leaf: string;
}

/** The nodes of the state tries that a recording has, of all its blocks: most nodes are in many of them. */
export interface Trie {
  /** What the recorded node answered as `merkle_proof`; undefined where that root has no such key, or its leaf was not recorded. */
  proof(root: string, key: string): string | undefined;
}

export function createTrie(lines: readonly TrieNode[]): Trie {
  const nodes = new Map(lines.map((node) => [node.hash, node]));
  const ways = new Map(lines.flatMap((node) => ('leaf' in node ? [[recordedKey(node.key), node.leaf] as const] : [])));
  return {
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

const u8 = (value: number): string => value.toString(16).padStart(2, '0');

function u32(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes.toString('hex');
}
