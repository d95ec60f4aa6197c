import { ChainUnavailable } from '../../domain/errors.ts';
import { MethodRefused, NoPermit, RequestRefused, RpcFailure } from '../rpc/errors.ts';
import type { Upstream } from './upstream.ts';

/** A node may have accepted the submission without answering: only the chain can show it. */
class SubmissionUnknown extends ChainUnavailable {
  override readonly name = 'SubmissionUnknown';

  constructor(node: string, cause: unknown) {
    super(`${node} may have accepted it, and did not answer`, { cause });
  }
}

/** Submits to one node at a time, so that never two nodes accept it. */
export async function submitOnce<T>(
  order: readonly Upstream[],
  submit: (upstream: Upstream) => Promise<T>,
): Promise<T> {
  let last: unknown;
  for (const upstream of order) {
    try {
      return await submit(upstream);
    } catch (error) {
      if (!isSurelyRejected(error)) throw hasAnswered(error) ? error : new SubmissionUnknown(upstream.name, error);
      last = error;
    }
  }
  throw new ChainUnavailable('no node accepted it', { cause: last });
}

/** Rejected before the node saw the submission: no connection, a rate limit, a credential, or a method that is not served. */
const rejectingStatuses = new Set([401, 403, 404, 405, 429]);
const connectionErrors = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

function isSurelyRejected(error: unknown): boolean {
  // Without a permit the request was never sent.
  if (error instanceof MethodRefused || error instanceof NoPermit) return true;
  if (!(error instanceof RpcFailure)) return false;
  if (error.stage === 'status') return rejectingStatuses.has(error.status ?? 0);
  return error.stage === 'connection' && connectionErrors.has(error.message);
}

/** The node itself answered with an error: then nothing is unknown. */
const hasAnswered = (error: unknown): boolean =>
  error instanceof RpcFailure ? error.stage === 'error' : error instanceof RequestRefused;
