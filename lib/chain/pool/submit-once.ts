import { ChainUnavailable } from '../../domain/errors.ts';
import { MethodRefused, RequestRefused } from '../rpc/refusals.ts';
import { NoPermit, RpcFailure } from '../rpc/rpc-failure.ts';
import type { Upstream } from './upstream.ts';

/** A node may have taken what it was sent, and has not said so: only the chain can tell. */
export class SubmissionUnknown extends ChainUnavailable {
  override readonly name = 'SubmissionUnknown';

  constructor(node: string, cause: unknown) {
    super(`${node} may have taken it, and has not said so`, { cause });
  }
}

/** Hands something to one of several nodes, so that no two of them ever take it. */
export async function submitOnce<T>(order: readonly Upstream[], hand: (upstream: Upstream) => Promise<T>): Promise<T> {
  let last: unknown;
  for (const upstream of order) {
    try {
      return await hand(upstream);
    } catch (error) {
      if (!surelyNotTaken(error)) throw answered(error) ? error : new SubmissionUnknown(upstream.name, error);
      last = error;
    }
  }
  throw new ChainUnavailable('no node has taken it', { cause: last });
}

/** Refused before a node has seen it: no connection came about, a limit of calls, a credential, a method not served. */
const refusedStatuses = new Set([401, 403, 404, 405, 429]);
const unconnected = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

function surelyNotTaken(error: unknown): boolean {
  // What is sent over a connection of its own is sent once: without a turn, never.
  if (error instanceof MethodRefused || error instanceof NoPermit) return true;
  if (!(error instanceof RpcFailure)) return false;
  if (error.stage === 'status') return refusedStatuses.has(error.status ?? 0);
  return error.stage === 'connection' && unconnected.has(error.message);
}

/** The node itself has spoken: that is no doubt. */
const answered = (error: unknown): boolean =>
  error instanceof RpcFailure ? error.stage === 'error' : error instanceof RequestRefused;
