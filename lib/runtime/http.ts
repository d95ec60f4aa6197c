import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { InvalidRequest, LookupError, stackOf } from '../domain/errors.ts';
import { bodyTooLarge, internalError } from './problem.ts';
import { errorReply, problemReply, type Reply } from './reply.ts';
import { type Running, service } from './service.ts';

/** A request as handlers see it. */
export interface Request {
  readonly requestId: string;
  /** The route in the form of the manifest: `GET /v1/accounts/{id}`. */
  readonly route: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly hasBody: boolean;
  /** Parses the body; throws `too_large` or InvalidRequest. */
  json(maxBytes: number): unknown;
}

export type HttpHandler = (request: Request, service: Running) => Promise<Reply>;

/** The edge of every HTTP function. A handler parses, calls and replies. An error that it throws becomes a problem reply. */
export function http(handle: HttpHandler) {
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Error, Context>()
    .use({
      before: ({ event }) => service().telemetry.begin(event.requestContext.requestId),
      after: () => service().telemetry.flush(),
      onError: (request) => {
        const { telemetry } = service();
        request.response = respond(failure(request.error, request.event, telemetry.log.error));
        telemetry.flush();
      },
    })
    .handler(async (event) => respond(await handle(requestOf(event), service())));
}

function failure(
  error: unknown,
  event: APIGatewayProxyEventV2,
  log: (message: string, details: Record<string, unknown>) => void,
): Reply {
  const { requestId } = event.requestContext;
  if (error instanceof LookupError) return errorReply(error, requestId);
  log('defect', { route: event.routeKey, error: stackOf(error) });
  return problemReply(internalError(requestId));
}

function respond({ status, headers, body }: Reply): APIGatewayProxyStructuredResultV2 {
  const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
  return { statusCode: status, headers: { ...headers }, body: text };
}

function requestOf(event: APIGatewayProxyEventV2): Request {
  return {
    requestId: event.requestContext.requestId,
    route: event.routeKey,
    parameters: known(event.pathParameters),
    query: known(event.queryStringParameters),
    headers: known(event.headers),
    hasBody: (event.body ?? '') !== '',
    json(maxBytes) {
      const text = event.isBase64Encoded ? utf8(Buffer.from(event.body ?? '', 'base64')) : (event.body ?? '');
      if (Buffer.byteLength(text) > maxBytes) throw bodyTooLarge(maxBytes);
      try {
        return JSON.parse(text);
      } catch {
        throw new InvalidRequest([{ path: 'body', message: 'must be JSON' }]);
      }
    },
  };
}

/** Throws InvalidRequest when the bytes are not UTF-8: no character is replaced. */
function utf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new InvalidRequest([{ path: 'body', message: 'must be UTF-8' }]);
  }
}

/** Events are parsed JSON: each member has a value, although the types allow undefined. */
const known = (map: Record<string, string | undefined> | undefined): Record<string, string> =>
  (map ?? {}) as Record<string, string>;
