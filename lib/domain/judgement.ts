import type { Testimony } from './conflict.ts';

/** What one node says of an entity at a disputed block. */
export interface Statement {
  readonly node: string;
  /** Digest of the node's value; undefined: the node has no answer, or knows too little to contradict another one. */
  readonly digest: string | undefined;
}

/**
 * What the nodes say of the stored value at one block. `refuted`: more than half of the nodes that can say have another
 * value; `confirmed`: more than half have the stored value; `disagree`: there is no majority; `unknown`: no node can say.
 */
export type Judgement =
  | {
      readonly verdict: 'confirmed' | 'refuted';
      readonly digest: string;
      /** Nodes that contradict the majority. */
      readonly dissenters: readonly string[];
    }
  | { readonly verdict: 'disagree' | 'unknown' };

/** `stored`: digest of the stored value. One node alone is a majority of one (rule CONFLICT-3). */
export function judgementOn(statements: readonly Statement[], stored: string): Judgement {
  const votes = new Map<string, string[]>();
  for (const { node, digest } of statements) {
    if (digest !== undefined) votes.set(digest, [...(votes.get(digest) ?? []), node]);
  }
  const voters = [...votes.values()].flat();
  if (voters.length === 0) return { verdict: 'unknown' };
  const winner = [...votes].find(([, nodes]) => nodes.length * 2 > voters.length);
  if (winner === undefined) return { verdict: 'disagree' };
  const [digest, nodes] = winner;
  return {
    verdict: digest === stored ? 'confirmed' : 'refuted',
    digest,
    dissenters: voters.filter((node) => !nodes.includes(node)),
  };
}

/** Which side of a conflict a statement supports. */
export function testimonyOf({ node, digest }: Statement, database: string, chain: string): Testimony {
  if (digest === undefined) return { node, says: 'nothing' };
  if (digest === database) return { node, says: 'database' };
  return { node, says: digest === chain ? 'chain' : 'neither' };
}
