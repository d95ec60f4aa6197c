import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { isFailure } from '../domain/explanation.ts';
import type { Trace } from '../domain/trace.ts';
import type { ProblemDetails } from './problem.ts';
import type { Reply } from './reply.ts';
import type { Running } from './service.ts';

interface Explaining {
  /** undefined: the request has not reached the handler. */
  readonly trace: Trace | undefined;
  readonly context: Context;
  readonly running: Running;
}

/** Lambda ends a function soon after middy has answered for it. */
const marginMs = 5;

/**
 * Keeps why the request was answered so, before the answer leaves: Lambda runs nothing afterwards (rule EXPLAIN-3). The reply, with a link
 * where it is an error whose explanation is kept.
 */
export async function explained(
  reply: Reply,
  { routeKey, requestContext: { requestId } }: APIGatewayProxyEventV2,
  { trace, context, running }: Explaining,
): Promise<Reply> {
  const { status } = reply;
  const { code = null, detail = null } = status < 400 ? {} : problemIn(reply);
  // What is refused at the door has nothing to explain.
  if (trace === undefined || (trace.isEmpty && !isFailure(code))) return reply;
  const timeLeftMs = context.getRemainingTimeInMillis() - marginMs;
  const isKept = await running.keepExplanation({
    requestId,
    route: routeKey,
    status,
    code,
    detail,
    trace,
    timeLeftMs,
  });
  if (!isKept || !isFailure(code)) return reply;
  return { ...reply, body: { ...(reply.body as object), explain: `/v1/explain/${requestId}` } };
}

const problemIn = ({ body }: Reply): Partial<ProblemDetails> =>
  typeof body === 'object' && body !== null && 'code' in body ? (body as ProblemDetails) : {};
