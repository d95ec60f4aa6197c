import { accountId, bareHash } from './account-id.ts';
import { chainEntry } from './audit-chain.ts';
import { type BlockRef, blockRef } from './block.ts';
import { isOnAbandonedFork } from './claim.ts';
import type { Progress } from './progress.ts';
import type { AuditEntry, Cause } from './record.ts';
import { ttlMilliseconds } from './time-to-live.ts';

export type TransactionType = 'Version1' | 'Deploy';

/** A signed transaction that has passed every check that needs no node. */
export interface CheckedTransaction {
  readonly kind: TransactionType;
  /** 64 hex digits. */
  readonly hash: string;
  /** The JSON text of the transaction exactly as it was received: numbers keep all their digits. */
  readonly transaction: string;
  /** As the transaction names it: a public key, or `account-hash-…`. */
  readonly initiator: string;
  /** ISO 8601. */
  readonly timestamp: string;
  /** As the transaction spells it. */
  readonly ttl: string;
}

/** What a submitted text is checked against. */
export interface SubmissionTerms {
  /** The chain's name, which the transaction must have. */
  readonly network: string;
  /** Milliseconds since the epoch, by the wall clock. */
  readonly now: number;
  /** The time of the newest block, in milliseconds since the epoch; undefined: it is not known. */
  readonly chainTime: number | undefined;
}

/**
 * `sending`: one process holds the claim until `until`. `unknown`: it may have arrived at a node. `accepted`: a node has it.
 * `unsent`: surely at no node. `rejected`: the node's own refusal. `ended`: in a block. `expired`: it can be in no block any more.
 */
export type SubmissionState = 'sending' | 'unknown' | 'accepted' | 'unsent' | 'rejected' | 'ended' | 'expired';

/** What the store keeps of a submitted transaction (rule SUBMIT-1). */
export interface StoredSubmission extends Omit<CheckedTransaction, 'transaction'> {
  /** Account hash of the initiator, 64 hex digits. */
  readonly account: string;
  /** ISO 8601: timestamp and TTL together. */
  readonly validUntil: string;
  /** SHA-256 of the text that was sent. */
  readonly digest: string;
  /** The principal that submitted it first. */
  readonly by: string;
  readonly state: SubmissionState;
  /** How often it was sent, or was to be sent. */
  readonly attempt: number;
  /** Who holds the claim, of all that ever did. */
  readonly holder: string;
  /** Milliseconds since the epoch: the end of the claim, of the grace time after an unknown outcome, or of a remembered refusal. */
  readonly until: number;
  /** ISO 8601: when the state was reached. */
  readonly at: string;
  /** The node that has it, or has refused it. */
  readonly node: string | null;
  /** The node's words. */
  readonly reason: string | null;
  readonly nodeCode: number | null;
  /** How its execution ended; null: it is in no block. */
  readonly outcome: 'processed' | 'failed' | null;
  /** Of one that has ended: the block that holds it. Of one that has expired: the block that is beyond its time to live. */
  readonly block: Pick<BlockRef, 'height' | 'hash'> | null;
  /** The fork on which it ended or expired; null: it has not. */
  readonly fork: number | null;
  /** Of its own audit trail: how many entries, and the digest of the newest. */
  readonly entries: number;
  readonly auditHead: string | null;
  /** 1 for a new one; each change counts it up. */
  readonly revision: number;
}

export const isUnderway = ({ state }: Pick<StoredSubmission, 'state'>): boolean =>
  state === 'sending' || state === 'unknown' || state === 'accepted';

export const validUntilOf = ({ timestamp, ttl }: Pick<CheckedTransaction, 'timestamp' | 'ttl'>): string =>
  new Date(Date.parse(timestamp) + (ttlMilliseconds(ttl) ?? 0)).toISOString();

export const accountOfInitiator = (initiator: string): string => bareHash(accountId(initiator));

/** The entity that a submission is about. */
export const transactionRef = (hash: string) => ({ kind: 'transaction', id: hash }) as const;

export const submissionRef = (hash: string) => ({ kind: 'submission', id: hash }) as const;

/** Rule SUBMIT-7: what ended or expired by a block that a hard reset has dropped is unknown again: the nodes are asked. */
export const onPresentFork = (submission: StoredSubmission, progress: Progress): StoredSubmission => {
  const { block, fork } = submission;
  if (block === null || fork === null || !isOnAbandonedFork({ fork, block }, progress)) return submission;
  return { ...submission, state: 'unknown', until: 0, outcome: null, block: null, fork: null };
};

export interface Transition {
  readonly cause: Cause;
  readonly actor: string;
  /** The block that shows it; null: no block does. */
  readonly seenAt: BlockRef | null;
  readonly now: number;
}

/** The submission in its next state, with the entry of its trail that says so (rule SUBMIT-4). */
export function nextSubmission(
  before: StoredSubmission,
  change: Partial<StoredSubmission>,
  { cause, actor, seenAt, now }: Transition,
): { readonly next: StoredSubmission; readonly entry: AuditEntry } {
  const at = new Date(now).toISOString();
  const state = change.state ?? before.state;
  const { node = null, reason = null, outcome = null, block = null } = change;
  const entry = chainEntry({
    ref: submissionRef(before.hash),
    sequence: before.entries + 1,
    cause,
    actor,
    before: before.entries === 0 ? null : { state: before.state },
    after: {
      state,
      attempt: change.attempt ?? before.attempt,
      digest: before.digest,
      node,
      reason,
      ...(outcome !== null && { outcome }),
      ...(block !== null && { block }),
    },
    block: seenAt && blockRef(seenAt),
    timestamp: at,
    previousDigest: before.auditHead,
  });
  const next = {
    ...before,
    nodeCode: null,
    fork: null,
    ...change,
    node,
    reason,
    outcome,
    block,
    state,
    at,
    entries: entry.sequence,
    auditHead: entry.digest,
    revision: before.revision + 1,
  };
  return { next, entry };
}
