import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { LookupError, stackOf } from '../domain/errors.ts';
import { anonymous, type Principal } from '../domain/principal.ts';
import { jsonIn } from './json-body.ts';
import { internalError, timedOut } from './problem.ts';
import { queryIn, refuseUnknown } from './query.ts';
import { errorReply, problemReply, type Reply } from './reply.ts';
import { type Running, service } from './service.ts';

/** A request as handlers see it. */
export interface Request {
  readonly requestId: string;
  /** The route in the form of the manifest: `GET /v1/accounts/{id}`. */
  readonly route: string;
  readonly method: string;
  /** As the gateway passes it on: decoded. */
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Only parameters that the route knows, each given once. */
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly principal: Principal;
  readonly hasBody: boolean;
  /** Parses the body; throws `unsupported_media_type`, `too_large` or InvalidRequest. */
  json(maxBytes: number): unknown;
}

export type HttpHandler = (request: Request, service: Running) => Promise<Reply>;

/** The edge of every HTTP function. A handler parses, calls and replies. An error that it throws becomes a problem reply. */
export function http(handle: HttpHandler) {
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Error, Context>({ timeoutEarlyResponse })
    .use({
      before: ({ event }) => service().telemetry.begin(event.requestContext.requestId),
      after: () => service().telemetry.flush(),
      onError: (request) => {
        const { telemetry } = service();
        request.response = respond(failure(request.error, request.event, telemetry.log.error));
        telemetry.flush();
      },
    })
    .handler(async (event) => respond(await handle(await requestOf(event), service())));
}

function timeoutEarlyResponse(): never {
  throw timedOut();
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

async function requestOf(event: APIGatewayProxyEventV2): Promise<Request> {
  const query = queryIn(event.rawQueryString ?? '');
  await refuseUnknown(event.routeKey, query);
  const headers = known(event.headers);
  return {
    requestId: event.requestContext.requestId,
    route: event.routeKey,
    method: event.requestContext.http.method,
    path: event.rawPath,
    parameters: known(event.pathParameters),
    query,
    headers,
    principal: principalOf(event.requestContext),
    hasBody: (event.body ?? '') !== '',
    json: (maxBytes) =>
      jsonIn(
        {
          text: event.body ?? '',
          isBase64: event.isBase64Encoded,
          contentType: headers['content-type'],
          contentEncoding: headers['content-encoding'],
        },
        maxBytes,
      ),
  };
}

/** Set by the gateway's authorizer, never by the request. */
function principalOf(context: object): Principal {
  const { authorizer } = context as { readonly authorizer?: { readonly iam?: { readonly userArn?: string } } };
  const arn = authorizer?.iam?.userArn;
  return arn === undefined ? anonymous : { ...anonymous, name: arn, kind: 'iam', roles: ['operator', 'writer'] };
}

/** Events are parsed JSON: each member has a value, although the types allow undefined. */
const known = (map: Record<string, string | undefined> | undefined): Record<string, string> =>
  (map ?? {}) as Record<string, string>;
