import type { IncomingMessage } from 'node:http';
import type { Context } from 'aws-lambda';
import type { Handler } from '../../../../infra/local/aws/functions.ts';
import { gatewayEvent } from '../../../../infra/local/gateway/gateway-event.ts';
import { matchRoute } from '../../../../infra/local/gateway/match-route.ts';
import { routes } from '../../../../infra/manifest.ts';
import { asInstance, type Running } from '../../../../lib/runtime/service.ts';
import type { Question } from '../../../recorded-truth/questions.ts';

/** One request: a single question, or several in a batch. */
export interface Request {
  readonly atMs: number;
  readonly instance: number;
  readonly questions: readonly Question[];
  readonly inBatch: boolean;
  readonly cacheControl: string | undefined;
}

/** The answer to one question. */
export interface Outcome {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  readonly body: any;
}

/** Runs the handler that the manifest names, with the event that the gateway would send. One outcome per question. */
export async function send(
  { questions, inBatch, cacheControl }: Request,
  service: Running,
  functions: ReadonlyMap<string, Handler>,
  requestId: string,
): Promise<readonly Outcome[]> {
  const method = inBatch ? 'POST' : 'GET';
  const rawPath = inBatch ? '/v1/lookup' : (questions[0]?.path ?? '');
  const match = matchRoute(routes, method, rawPath);
  const handler = match && functions.get(match.route.function);
  if (match === undefined || handler === undefined) throw new Error(`no function serves ${method} ${rawPath}`);
  const refs = questions.map(({ kind, id }) => ({ kind, id }));
  const event = gatewayEvent({
    message: messageOf(method, cacheControl),
    rawPath,
    rawQueryString: '',
    match,
    requestId,
    body: Buffer.from(inBatch ? JSON.stringify({ refs }) : ''),
    now: new Date(),
  });
  const given = (await asInstance(service, () => handler(event, context(requestId)))) as {
    readonly statusCode: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body: string;
  };
  const { statusCode: status, headers = {} } = given;
  const body = JSON.parse(given.body);
  if (!inBatch) return [{ status, headers, body }];
  if (status !== 200) return questions.map(() => ({ status, headers, body }));
  return questions.map((_question, index) => {
    const { error, ...result } = body.results[index];
    return { status: error?.status ?? 200, headers, body: { ...error, ...result } };
  });
}

function messageOf(method: string, cacheControl: string | undefined): IncomingMessage {
  const headers = {
    'content-type': 'application/json',
    ...(cacheControl === undefined ? {} : { 'cache-control': cacheControl }),
  };
  const headersDistinct = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
  return { method, httpVersion: '1.1', headers, headersDistinct, socket: {} } as unknown as IncomingMessage;
}

export const context = (awsRequestId: string): Context =>
  ({ awsRequestId, getRemainingTimeInMillis: () => 29_000 }) as Context;
