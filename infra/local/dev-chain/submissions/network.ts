import { withDevAccounts } from '../dev-accounts.ts';
import type { TransactionKind } from '../recorded.ts';
import type { Recording } from '../recording.ts';
import { withSubmissions } from './made-blocks.ts';
import { expiresAt, type Submission } from './submission.ts';

/** What the nodes of one recorded chain share: the transactions that one of them accepted, and the blocks with them. */
export interface Network {
  /** The chain as it is now: recorded, and changed from the first block that holds a submitted transaction. */
  chain(): Recording;
  find(kind: TransactionKind, hash: string): Accepted | undefined;
  /** The same hash again changes nothing. `at`: the node that accepts it. */
  accept(submission: Submission, at: object): void;
  /** The hashes that were accepted, each once, in their order. */
  accepted(): readonly string[];
  holdBack(isHeld: boolean): void;
  isHeldBack(): boolean;
  /** `tip` is asked when a block is made: the next block is the one after the highest tip. Returns how to leave. */
  join(tip: () => number): () => void;
  /** A node is about to move to a height: the network's next block, if it is at or below, takes what waits. */
  reach(height: number): void;
  /** The highest block that a node can move to: behind the recording's last block only while a transaction waits, held back or not. */
  highest(): number;
  readonly now: () => number;
}

export interface Accepted {
  readonly submission: Submission;
  /** The nodes to which a client has sent it. */
  readonly sentTo: ReadonlySet<object>;
}

export function createNetwork(recording: Recording, now: () => number = Date.now): Network {
  const accepted = new Map<string, Accepted & { readonly sentTo: Set<object> }>();
  const tips = new Set<() => number>();
  // No recorded root has the accounts of developers: where roots prove something, the first submission brings them.
  let chain = recording.trie === undefined ? withDevAccounts(recording) : recording;
  let made = 0;
  let isHeldBack = false;

  const next = (): number => Math.max(made, ...[...tips].map((tip) => tip())) + 1;
  /** What is in no block and can still come into this one. */
  const waiting = (height: number): Submission[] => {
    const time = Date.parse((chain.blocks[height] ?? chain.blocks.at(-1))?.header.timestamp ?? '');
    return [...accepted]
      .filter(([key, { submission }]) => !chain.transactions.has(key) && expiresAt(submission) >= time)
      .map(([, { submission }]) => submission);
  };
  return {
    now,
    chain: () => chain,
    find: (kind, hash) => accepted.get(`${kind} ${hash}`),
    accept: (submission, at) => {
      const key = `${submission.kind} ${submission.hash}`;
      const known = accepted.get(key) ?? { submission, sentTo: new Set() };
      known.sentTo.add(at);
      accepted.set(key, known);
    },
    accepted: () => [...accepted.values()].map(({ submission }) => submission.hash),
    holdBack: (isHeld) => {
      isHeldBack = isHeld;
    },
    isHeldBack: () => isHeldBack,
    join: (tip) => {
      tips.add(tip);
      return () => {
        tips.delete(tip);
        // The last one that leaves ends the chain: the next node begins it again.
        if (tips.size === 0) networks.delete(recording);
      };
    },
    reach: (height) => {
      const block = next();
      const submissions = height < block ? [] : waiting(block);
      if (submissions.length === 0) return;
      // Of what is held back the block is empty: it exists only so that time passes, and there is need of none before the end.
      if (isHeldBack && block <= chain.lastHeight) return;
      chain = withSubmissions(chain, block, isHeldBack ? [] : submissions);
      made = block;
    },
    highest: () => {
      const block = next();
      return block > chain.lastHeight && waiting(block).length > 0 ? block : chain.lastHeight;
    },
  };
}

const networks = new WeakMap<Recording, Network>();

/** The network of all nodes in this process that share a recording. */
export function networkOf(recording: Recording): Network {
  const network = networks.get(recording) ?? createNetwork(recording);
  networks.set(recording, network);
  return network;
}
