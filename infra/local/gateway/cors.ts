import type { IncomingMessage } from 'node:http';
import type { CorsRules } from '../../../lib/runtime/cors.ts';
import type { GatewayAnswer } from './gateway-answer.ts';

/** API Gateway answers every OPTIONS request by itself where CORS is configured, also on a path that has no route. */
export const preflightAnswer = (
  { method, headers }: Pick<IncomingMessage, 'method' | 'headers'>,
  rules: CorsRules | undefined,
): GatewayAnswer | undefined => {
  if (rules === undefined || method !== 'OPTIONS') return undefined;
  const isPreflight = headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
  const isAllowed = isPreflight && allowedOrigin(headers.origin, rules) !== undefined;
  return {
    status: 204,
    headers: isAllowed
      ? {
          'access-control-allow-methods': rules.methods.join(','),
          'access-control-allow-headers': rules.requestHeaders.join(','),
          'access-control-max-age': String(rules.maxAgeSeconds),
        }
      : {},
    body: Buffer.alloc(0),
  };
};

/**
 * The answer with the headers that a page of an allowed origin needs. Every answer has them, refusals too: without them a page
 * cannot tell a 429 from a broken connection. No answer allows credentials that a browser sends by itself.
 */
export function withCors(
  answer: GatewayAnswer,
  { headers }: Pick<IncomingMessage, 'headers'>,
  rules: CorsRules | undefined,
): GatewayAnswer {
  if (rules === undefined) return answer;
  const origin = allowedOrigin(headers.origin, rules);
  const { vary } = answer.headers;
  return {
    ...answer,
    headers: {
      ...answer.headers,
      ...(origin !== undefined && {
        'access-control-allow-origin': origin,
        'access-control-expose-headers': rules.exposedHeaders.join(','),
      }),
      // A shared cache must not give the answer for one origin to another one.
      ...(!rules.origins.includes('*') && { vary: vary === undefined ? 'origin' : `${vary}, origin` }),
    },
  };
}

/** What `Access-Control-Allow-Origin` says to this origin; undefined: it is not allowed, or the request names none. */
function allowedOrigin(origin: string | undefined, { origins }: CorsRules): string | undefined {
  if (origin === undefined) return undefined;
  if (origins.includes('*')) return '*';
  return origins.includes(origin) ? origin : undefined;
}
