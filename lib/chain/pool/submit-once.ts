import { ChainUnavailable, messageOf } from '../../domain/errors.ts';
import type { SubmitOutcome } from '../../domain/ports/chain.ts';
import { MethodRefused, NoPermit, RequestRefused, RpcFailure, SubmissionRefused, Throttled } from '../rpc/errors.ts';
import type { Upstream } from './upstream.ts';

interface Asking {
  submit(upstream: Upstream): Promise<unknown>;
  /** Whether the node says that it does not have the transaction. */
  denies(upstream: Upstream): Promise<boolean>;
}

/**
 * Rule SUBMIT-3: submits to one node at a time, never hedged. The next node is asked only where this one has surely not got it.
 * Never throws for what a node does.
 */
export async function submitOnce(order: readonly Upstream[], { submit, denies }: Asking): Promise<SubmitOutcome> {
  let last: unknown;
  for (const upstream of order) {
    const node = upstream.name;
    try {
      await submit(upstream);
      return { outcome: 'accepted', node };
    } catch (error) {
      if (!(error instanceof ChainUnavailable)) throw error;
      if (error instanceof SubmissionRefused || error instanceof RequestRefused) {
        // A node's words may repeat words of the transaction, such as the name of an entry point.
        const isThere = alreadyThere.test(error.words) && !(await denies(upstream));
        return isThere ? { outcome: 'accepted', node } : refusedBy(node, error);
      }
      if (!isSurelyUnsent(error)) return { outcome: 'unknown', node, reason: messageOf(error) };
      last = error;
    }
  }
  return { outcome: 'unsent', reason: last === undefined ? 'no node can be asked' : messageOf(last) };
}

/** Nodes that have it already answer so, in one form or another; most just accept it again. */
const alreadyThere = /already (?:exists|there|known|stored|accepted|in)|duplicate (?:transaction|deploy)/i;
/**
 * Passes with time: the clock that made the transaction, or the node's own, is ahead or behind. In the words of sidecars for deploys and
 * for transactions, and in those of 1.5 nodes.
 */
const passesWithTime = /timestamp.*(?:future|not yet occurred|later than)/i;

function refusedBy(node: string, { nodeCode: code, words }: SubmissionRefused | RequestRefused): SubmitOutcome {
  return { outcome: 'rejected', node, code, reason: words, mayPass: passesWithTime.test(words) };
}

/** The node did not look at it: no connection, a rate limit, a credential, a size, or a method that is not served. */
const refusingStatuses = new Set([401, 403, 404, 405, 413, 429]);
const connectionErrors = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

function isSurelyUnsent(error: unknown): boolean {
  // Without a permit the request was never sent.
  if (error instanceof MethodRefused || error instanceof NoPermit || error instanceof Throttled) return true;
  if (!(error instanceof RpcFailure)) return false;
  if (error.stage === 'status') return refusingStatuses.has(error.status ?? 0);
  return error.stage === 'connection' && connectionErrors.has(error.message);
}
