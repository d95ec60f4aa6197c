import { randomUUID } from 'node:crypto';
import { abortIn, type Deadline } from '../../domain/deadline.ts';
import { digestOf } from '../../domain/digest.ts';
import { latestEndOfLease } from '../../domain/lease.ts';
import type { ChainSighting, SubmitOutcome } from '../../domain/ports/chain.ts';
import type { Service } from '../../domain/service.ts';
import {
  accountOfInitiator,
  type CheckedTransaction,
  nextSubmission,
  onPresentFork,
  type StoredSubmission,
  validUntilOf,
} from '../../domain/submission.ts';

export interface Settling {
  readonly transaction: CheckedTransaction;
  /** The name of the principal. */
  readonly by: string;
}

export type SubmittingService = Pick<Service, 'submissions' | 'snapshots' | 'chain' | 'clock'>;

/** Nodes are given up before the claim ends, so that no other process sends while this process still may. */
const sendingMs = 12_000;
const claimMs = 15_000;
/** So long after an unknown outcome it is not sent again: a node may be about to show it. */
const graceMs = 15_000;
/** So long a refusal answers for the node: the same transaction, sent by several at once, is refused once. */
const refusalMs = 10_000;
/** So long a node is believed that says it has accepted it. By then it is in a block, or the other nodes have heard of it. */
const beliefMs = 60_000;
const askingMs = 3_000;

/** A process holds the claim: the outcome is near. */
export const isAwaited = (submission: StoredSubmission, { clock }: Pick<Service, 'clock'>): boolean =>
  submission.state === 'sending' && holds(submission, claimMs, clock.now());

/** A clock that is far ahead must not hold others up until then. */
const holds = ({ until }: StoredSubmission, longest: number, now: number): boolean =>
  now < until && until <= latestEndOfLease(now + longest);

/**
 * One step towards the outcome, which it gives as it is then (rule SUBMIT-1): nothing to do, the claim of another process, or the outcome
 * of asking the nodes for the transaction and, where that is due, of sending it. Throws StoreUnavailable.
 */
export async function settle(
  settling: Settling,
  deadline: Deadline,
  service: SubmittingService,
): Promise<StoredSubmission> {
  const { transaction, by } = settling;
  const { submissions, chain, clock } = service;
  const found = (await storedNow(transaction, service)) ?? newSubmission(settling, clock.now());
  const { state } = found;
  const digest = digestOf(transaction.transaction);
  if (state === 'ended' || state === 'expired' || isAwaited(found, service)) return found;
  if (state === 'accepted' && clock.now() - Date.parse(found.at) < beliefMs) return found;
  // The hash covers no signature: what one set of them was refused for says nothing of another set.
  if (state === 'rejected' && found.digest === digest && holds(found, refusalMs, clock.now())) return found;

  const sighting = await chain.sight(transaction, within(askingMs, deadline));
  const [knownAt] = sighting.knownAt;
  if (state === 'accepted' && !isContradicted(found, sighting)) return found;
  if (state !== 'accepted' && knownAt !== undefined)
    return finish(found, { state: 'accepted', node: knownAt }, by, service);
  const mayHaveArrived = state === 'sending' || state === 'unknown';
  if (mayHaveArrived && (!sighting.isComplete || (state === 'unknown' && holds(found, graceMs, clock.now()))))
    return state === 'unknown'
      ? found
      : finish(found, unknown('it was sent, or was about to be', clock.now()), by, service);

  const claim: StoredSubmission = {
    ...found,
    digest,
    state: 'sending',
    attempt: found.attempt + 1,
    holder: randomUUID(),
    until: clock.now() + claimMs,
    at: new Date(clock.now()).toISOString(),
    revision: found.revision + 1,
  };
  if (!(await submissions.change(claim))) return (await submissions.find(transaction.hash)) ?? claim;
  // The node that had the word before may not be the only one to have it.
  const sent = await chain.submit(transaction, within(sendingMs, deadline), found.node ?? undefined);
  // The first node may well have it: then a failure to give it to another one is none.
  if (state === 'accepted' && sent.outcome !== 'accepted')
    return finish(claim, { state, node: found.node }, by, service);
  return finish(claim, await outcomeOf(sent, settling, deadline, service), by, service);
}

/** All nodes have answered, and none but the one that has accepted it knows it. */
const isContradicted = ({ node }: StoredSubmission, { isComplete, knownAt, deniedAt }: ChainSighting): boolean =>
  isComplete && deniedAt.length > 0 && knownAt.every((name) => name === node);

/** Rule SUBMIT-7: as it is on the present fork. */
async function storedNow(
  { hash }: CheckedTransaction,
  { submissions, snapshots }: SubmittingService,
): Promise<StoredSubmission | undefined> {
  const stored = await submissions.find(hash);
  return stored?.block ? onPresentFork(stored, (await snapshots.current()).progress) : stored;
}

const within = (milliseconds: number, deadline: Deadline): AbortSignal =>
  abortIn(Math.min(milliseconds, deadline.remaining()));

/** The state that follows from what the nodes did. After an unknown outcome they are asked at once: most show what they have. */
async function outcomeOf(
  sent: SubmitOutcome,
  { transaction }: Settling,
  deadline: Deadline,
  { chain, clock }: SubmittingService,
): Promise<Partial<StoredSubmission>> {
  if (sent.outcome === 'accepted') return { state: 'accepted', node: sent.node };
  if (sent.outcome === 'unsent') return { state: 'unsent', reason: sent.reason, until: clock.now() };
  if (sent.outcome === 'rejected') {
    const { node, reason, code: nodeCode, mayPass } = sent;
    return { state: 'rejected', node, reason, nodeCode, until: clock.now() + (mayPass ? 0 : refusalMs) };
  }
  const { knownAt } = await chain.sight(transaction, within(askingMs, deadline));
  if (knownAt[0] !== undefined) return { state: 'accepted', node: knownAt[0] };
  return { ...unknown(sent.reason, clock.now()), node: sent.node };
}

const unknown = (reason: string, now: number): Partial<StoredSubmission> => ({
  state: 'unknown',
  reason,
  until: now + graceMs,
});

/** Where another process was faster, its outcome is the outcome. */
async function finish(
  before: StoredSubmission,
  change: Partial<StoredSubmission>,
  actor: string,
  { submissions, clock }: SubmittingService,
): Promise<StoredSubmission> {
  const { next, entry } = nextSubmission(before, change, {
    cause: 'submission',
    actor,
    seenAt: null,
    now: clock.now(),
  });
  if (await submissions.change(next, entry)) return next;
  return (await submissions.find(before.hash)) ?? next;
}

/** One that no process has claimed yet; revision 0 is not stored. */
function newSubmission({ transaction, by }: Settling, now: number): StoredSubmission {
  const { transaction: text, ...named } = transaction;
  return {
    ...named,
    account: accountOfInitiator(named.initiator),
    validUntil: validUntilOf(named),
    digest: digestOf(text),
    by,
    state: 'unsent',
    attempt: 0,
    holder: '',
    until: 0,
    at: new Date(now).toISOString(),
    node: null,
    reason: null,
    nodeCode: null,
    outcome: null,
    block: null,
    fork: null,
    entries: 0,
    auditHead: null,
    revision: 0,
  };
}
