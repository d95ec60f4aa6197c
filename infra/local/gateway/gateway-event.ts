import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { AuthorizerOfEvent } from '../../../lib/runtime/access/authorizer-context.ts';
import type { Match } from './match-route.ts';

export interface GatewayRequest {
  readonly message: IncomingMessage;
  readonly isBehindProxy?: boolean;
  /** As the client sent it. */
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly match: Match;
  readonly requestId: string;
  /** What the authorizer has said of the caller; undefined: the route is open. */
  readonly authorizer?: AuthorizerOfEvent | undefined;
  readonly body: Buffer;
  readonly now: Date;
}

/**
 * The event of an HTTP API, payload format 2.0. API Gateway passes the path on decoded, and cuts it at a decoded question mark;
 * the query stays as it was sent. Throws URIError for invalid percent-encoding.
 */
export function gatewayEvent(request: GatewayRequest): APIGatewayProxyEventV2 {
  const { message, rawQueryString, match, requestId, authorizer, body, now } = request;
  const [rawPath = ''] = decodeURIComponent(request.rawPath).split('?');
  const { headers, cookies } = headersOf(message);
  const query = queryOf(rawQueryString);
  const isText = textual(message.headers['content-type'], message.headers['content-encoding']) && isUtf8(body);
  return {
    version: '2.0',
    routeKey: match.routeKey,
    rawPath,
    rawQueryString,
    ...(cookies.length > 0 && { cookies }),
    headers,
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    ...(Object.keys(match.parameters).length > 0 && { pathParameters: { ...match.parameters } }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      ...(authorizer !== undefined && { authorizer: authorizer as object }),
      domainName: message.headers.host ?? 'localhost',
      domainPrefix: 'local',
      http: {
        method: message.method ?? 'GET',
        path: rawPath,
        protocol: `HTTP/${message.httpVersion}`,
        sourceIp: callerOf(request),
        userAgent: message.headers['user-agent'] ?? '',
      },
      requestId,
      routeKey: match.routeKey,
      stage: '$default',
      time: requestTime(now),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** A caller can write addresses of its own into the header; those stand before the one that the proxy appends. */
function callerOf({ message, isBehindProxy = false }: GatewayRequest): string {
  const appended = isBehindProxy
    ? message.headersDistinct['x-forwarded-for']?.at(-1)?.split(',').at(-1)?.trim()
    : undefined;
  return appended || (message.socket.remoteAddress ?? '');
}

/** Names in lower case, repeated headers joined by commas, cookies separate. */
function headersOf({ headersDistinct }: IncomingMessage) {
  const { cookie = [], ...others } = headersDistinct;
  return {
    headers: Object.fromEntries(Object.entries(others).map(([name, values]) => [name, (values ?? []).join(',')])),
    cookies: cookie.flatMap((line) => line.split(/; */)).filter((part) => part !== ''),
  };
}

/** Linear in the length of the query: a name that is repeated a thousand times is no more work than a thousand names. */
function queryOf(rawQueryString: string): Record<string, string> {
  const values = new Map<string, string[]>();
  for (const pair of rawQueryString.split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const name = decoded(at === -1 ? pair : pair.slice(0, at));
    const value = at === -1 ? '' : decoded(pair.slice(at + 1));
    const before = values.get(name);
    if (before === undefined) values.set(name, [value]);
    else before.push(value);
  }
  return Object.fromEntries([...values].map(([name, all]) => [name, all.join(',')]));
}

const decoded = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '));

/** A body of any other type reaches the function in base64. */
const textual = (type = 'text/plain', encoding = 'identity'): boolean =>
  encoding === 'identity' && /^(text\/|application\/([\w.-]+\+)?(json|javascript|xml)\b)/i.test(type);

/** `12/Mar/2026:19:03:58 +0000`. */
function requestTime(now: Date): string {
  const [, day, month, year, time] = now.toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}
