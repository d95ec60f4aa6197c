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
 * where it is, or in one of its parts has, an error whose explanation is kept (rule EXPLAIN-2).
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
  if (!isKept) return reply;
  const explain = `/v1/explain/${requestId}`;
  if (isFailure(code)) return { ...reply, body: { ...(reply.body as object), explain } };
  return trace.hasFailed ? { ...reply, body: withLinks(reply.body, explain) } : reply;
}

/** An answer in parts: those that failed have the link. */
function withLinks(body: unknown, explain: string): unknown {
  if (typeof body !== 'object' || body === null) return body;
  const linked = (part: unknown) =>
    isFailedPart(part) && isFailure(part.error.code) ? { ...part, error: { ...part.error, explain } } : part;
  return Object.fromEntries(
    Object.entries(body).map(([name, member]) => [name, Array.isArray(member) ? member.map(linked) : member]),
  );
}

const isFailedPart = (part: unknown): part is { readonly error: ProblemDetails } =>
  typeof part === 'object' && part !== null && 'error' in part && typeof part.error === 'object' && part.error !== null;

const problemIn = ({ body }: Reply): Partial<ProblemDetails> =>
  typeof body === 'object' && body !== null && 'code' in body ? (body as ProblemDetails) : {};
