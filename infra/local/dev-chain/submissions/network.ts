import type { TransactionKind } from '../recorded.ts';
import type { Recording } from '../recording.ts';
import type { Submission } from './submission.ts';

/** What the nodes of one recorded chain share: the transactions that one of them accepted. */
export interface Network {
  /** The chain as it is now. */
  chain(): Recording;
  find(kind: TransactionKind, hash: string): Accepted | undefined;
  /** The same hash again changes nothing. `at`: the node that accepts it. */
  accept(submission: Submission, at: object): void;
  /** The hashes that were accepted, each once, in their order. */
  accepted(): readonly string[];
  readonly now: () => number;
}

export interface Accepted {
  readonly submission: Submission;
  /** The nodes to which a client has sent it. */
  readonly sentTo: ReadonlySet<object>;
}

export function createNetwork(recording: Recording, now: () => number = Date.now): Network {
  const accepted = new Map<string, Accepted & { readonly sentTo: Set<object> }>();
  return {
    now,
    chain: () => recording,
    find: (kind, hash) => accepted.get(`${kind} ${hash}`),
    accept: (submission, at) => {
      const key = `${submission.kind} ${submission.hash}`;
      const known = accepted.get(key) ?? { submission, sentTo: new Set() };
      known.sentTo.add(at);
      accepted.set(key, known);
    },
    accepted: () => [...accepted.values()].map(({ submission }) => submission.hash),
  };
}

const networks = new WeakMap<Recording, Network>();

/** The network of all nodes in this process that share a recording. */
export function networkOf(recording: Recording): Network {
  const network = networks.get(recording) ?? createNetwork(recording);
  networks.set(recording, network);
  return network;
}
