import type { RpcError } from './rpc-answer.ts';
import { RpcFailure, Throttled } from './rpc-failure.ts';

/**
 * What a failure says: `absent` the node has looked and there is nothing; `caller` the request itself is wrong and no
 * node will take it; `later` this node asks for a pause; `elsewhere` this node cannot tell, another one may.
 */
export type FailureClass = 'absent' | 'caller' | 'later' | 'elsewhere';

/** Codes with which a node says that it looked and found nothing (casper-sidecar's error codes). */
const absentCodes = new Set([
  -32000, // no such deploy
  -32009, // no such account
  -32014, // no such transaction
  -32022, // no rewards found
  -32026, // purse not found
]);

/** Codes that blame the request: keys and identifiers that cannot be parsed, methods' own parameters. */
const callerCodes = new Set([-32600, -32602, -32002, -32005]);

/** The default is `elsewhere`: whatever is not understood is never taken for absence. */
export function classifyError(error: RpcFailure | RpcError): FailureClass {
  if (error instanceof RpcFailure) return asksForPause(error) ? 'later' : 'elsewhere';
  const data = typeof error.data === 'string' ? error.data : '';
  // "Query failed" has one clean meaning, value not found at that root; both generations of nodes spell it in `data`.
  if (error.code === -32003) return /not found|ValueNotFound/i.test(data) ? 'absent' : 'elsewhere';
  if (absentCodes.has(error.code)) return 'absent';
  if (callerCodes.has(error.code)) return 'caller';
  if (error.code === -32018 && /throttled/i.test(data)) return 'later';
  return 'elsewhere';
}

/** 429, or 503 with a Retry-After (RFC 9110, 10.2.3), or the node's own limit. */
const asksForPause = (error: RpcFailure): boolean =>
  error instanceof Throttled || error.status === 429 || (error.status === 503 && error.pauseSeconds !== undefined);

/** Errors with which a node says that it is unwell, whatever it was asked (casper-sidecar): its link, or an internal one. */
const unwellCodes = new Set([-32018, -32603]);

/**
 * Whether a failure speaks against the node itself. What may be the request's doing does not: nobody shall be able to
 * shut a sound node out by asking for odd things.
 */
export function speaksAgainstNode(error: unknown): boolean {
  if (!(error instanceof RpcFailure) || classifyError(error) === 'later') return false;
  return error.stage !== 'error' || unwellCodes.has(error.rpcCode ?? 0);
}
