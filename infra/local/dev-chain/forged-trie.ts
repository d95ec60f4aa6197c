import { blake2b256 } from '../../../lib/domain/account-id.ts';
import { createTrie, type Leaf, type Trie, type TrieNode } from './trie.ts';

export interface ForgedTrie {
  readonly trie: Trie;
  /** The root that the forged state has instead of this one. */
  rootOf(root: string): string;
}

/** The same trie with other balances and other owners, and the hashes that belong to them. */
export function forgedTrie(recorded: Trie): ForgedTrie {
  const nodes = recorded.nodes();
  const byHash = new Map(nodes.map((node) => [node.hash, node]));
  const forged = new Map<string, TrieNode>();

  /** What was not recorded stays as it is. */
  function nodeOf(hash: string): TrieNode | undefined {
    const known = forged.get(hash);
    const node = byHash.get(hash);
    if (known !== undefined || node === undefined) return known;
    const changed = changedNode(node);
    forged.set(hash, changed);
    return changed;
  }
  const pointer = (to: string): string => to.slice(0, 2) + (nodeOf(to.slice(2))?.hash ?? to.slice(2));

  function changedNode(node: TrieNode): TrieNode {
    if ('leaf' in node) {
      const leaf = otherLeaf(node);
      return { ...node, leaf, hash: hashOf(`00${leaf}`) };
    }
    if ('affix' in node) {
      const to = pointer(node.to);
      return { ...node, to, hash: hashOf(`02${u32(node.affix.length / 2)}${node.affix}${to}`) };
    }
    const children = Object.fromEntries(Object.entries(node.children).map(([index, to]) => [index, pointer(to)]));
    const slots = Array.from({ length: 256 }, (_, index) =>
      children[index] === undefined ? '00' : `01${children[index]}`,
    );
    return { ...node, children, hash: hashOf(`01${slots.join('')}`) };
  }

  // The blocks below are the real ones: their roots stay.
  const trie = createTrie([...nodes, ...nodes.map((node) => nodeOf(node.hash) ?? node)]);
  return { trie, rootOf: (root) => nodeOf(root)?.hash ?? root };
}

/** A key has 33 bytes, and the tag of a CLValue follows with the length of its bytes. */
const valueAt = 2 * (33 + 1 + 4);

function otherLeaf({ key, leaf }: Leaf): string {
  if (key.startsWith('balance-')) return leaf.slice(0, valueAt) + otherDigits(leaf.slice(valueAt));
  // An item of a dictionary is a CLValue within: 33 bytes of the type Key, of an account.
  const [, before, account, after] =
    (key.startsWith('dictionary-') && /^(.{76}2100000000)(.{64})(0b.*)$/.exec(leaf)) || [];
  return account === undefined ? leaf : `${before}${otherAccount(account)}${after}`;
}

const hashOf = (hex: string): string => blake2b256(Buffer.from(hex, 'hex'));

function u32(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes.toString('hex');
}

/** A U512: its lowest bit is another one. Nothing stays nothing. */
export const otherDigits = (hex: string): string =>
  hex.startsWith('00') ? hex : hex.slice(0, 2) + flipped(hex.slice(2, 4)) + hex.slice(4);

const flipped = (byte: string): string => (Number.parseInt(byte, 16) ^ 1).toString(16).padStart(2, '0');

export const otherAccount = (hash: string): string => [...hash].reverse().join('');
