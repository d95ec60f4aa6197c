import { NoSuchBlock, RpcFailure, SubmissionRefused, Throttled } from './errors.ts';
import type { RpcError } from './rpc-answer.ts';

/**
 * What a failure means:
 * - `absent`: the node looked and found nothing;
 * - `caller`: the request is wrong, and every node will refuse it;
 * - `later`: the node asks for a pause;
 * - `elsewhere`: this node cannot answer, another node may.
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

/** Codes that blame the request: keys and identifiers that cannot be parsed, and wrong parameters. */
const callerCodes = new Set([-32600, -32602, -32002, -32005]);

/** Rule KIND-1: the default is `elsewhere`. A failure that is not understood is never taken for an absence. */
export function classifyError(error: RpcFailure | RpcError): FailureClass {
  if (error instanceof RpcFailure) return asksForPause(error) ? 'later' : 'elsewhere';
  const data = typeof error.data === 'string' ? error.data : '';
  // "Query failed" is an absence only where `data` says so; 1.x and 2.x nodes spell it differently.
  if (error.code === -32003) return /not found|ValueNotFound/i.test(data) ? 'absent' : 'elsewhere';
  if (absentCodes.has(error.code)) return 'absent';
  if (callerCodes.has(error.code)) return 'caller';
  if (error.code === -32018 && /throttled/i.test(data)) return 'later';
  return 'elsewhere';
}

/** 429, 503 with Retry-After (RFC 9110, 10.2.3), or the node's own limit. */
const asksForPause = (error: RpcFailure): boolean =>
  error instanceof Throttled || error.status === 429 || (error.status === 503 && error.pauseSeconds !== undefined);

/** Codes with which a node says that it is unwell, whatever the request (casper-sidecar): its link to the node, or an internal error. */
const unwellCodes = new Set([-32018, -32603]);

/**
 * Whether a failure counts against the node, and so towards its breaker. A failure that the request itself may have caused
 * does not count: otherwise a caller could shut a healthy node out by sending odd requests. A result with a member missing is
 * such a failure, until another node's answer shows otherwise (rule ANSWER-2).
 */
export function speaksAgainstNode(error: unknown): boolean {
  if (!(error instanceof RpcFailure) || classifyError(error) === 'later') return false;
  if (error.stage === 'form' || error instanceof SubmissionRefused) return false;
  // Only a node that reported the block is wrong, and it is judged by that alone (rule ANSWER-5).
  if (error instanceof NoSuchBlock) return false;
  return error.stage !== 'error' || unwellCodes.has(error.rpcCode ?? 0);
}
