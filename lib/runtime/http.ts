import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { Audience } from '../domain/audience.ts';
import { LookupError, stackOf } from '../domain/errors.ts';
import type { ChainReads } from '../domain/ports/chain-reads.ts';
import type { Principal } from '../domain/principal.ts';
import { createTrace, type Trace, traced } from '../domain/trace.ts';
import type { TakePlace } from '../usecases/limits/waiting.ts';
import { pageFormatOf } from './accept.ts';
import { admit, challengeOf, NotAdmitted } from './access/admit.ts';
import { type AuthorizerOfEvent, fromGateway } from './access/authorizer-context.ts';
import { chainReadsOf, charge, chargeRefused, isLimited, placesOf, rateLimitFields } from './access/caller-limits.ts';
import { isReading } from './access/credential.ts';
import { refuseCredential } from './access/misplaced-credential.ts';
import { audienceOf } from './audience-of.ts';
import { compressed } from './content-coding.ts';
import { explained } from './explained.ts';
import { jsonIn, jsonTextIn, type SentBody, textIn } from './json-body.ts';
import { internalError, timedOut } from './problem.ts';
import { queryIn, refuseUnknown } from './query.ts';
import { errorReply, problemReply, type Reply } from './reply.ts';
import { type Running, service } from './service.ts';
import { structuredResult, transportSecurity } from './structured-result.ts';
import type { Telemetry } from './telemetry.ts';

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
  /** Aborts when the caller hangs up; left out where the runner cannot know it: API Gateway does not say so to a function. */
  readonly hungUp?: AbortSignal | undefined;
  /** Before it waits (rule LIMIT-12). */
  readonly takePlace: TakePlace;
  /** Takes more requests from what the caller has left: this one is more than one. Throws LookupError `rate_limited`. */
  charge(requests: number): Promise<void>;
  /** What the caller has left of its reads of the chain; undefined: as many as it likes. */
  readonly chainReads: ChainReads | undefined;
  /** Parses the body; throws `unsupported_media_type`, `too_large` or InvalidRequest. It has no credential (rule ACCESS-28). */
  json(maxBytes: number): unknown;
  /** The same body as its text, which can be parsed, whatever it has: an application's own data is its own. */
  jsonText(maxBytes: number): string;
  /** The same, not parsed yet: for large bodies, whose parsing may cost more than the caller may spend. */
  text(maxBytes: number): string;
}

/** Lambda's context, to which a local run adds what it knows of the caller. */
export interface CallerContext extends Context {
  readonly hungUp?: AbortSignal;
}

export type HttpHandler = (request: Request, service: Running) => Promise<Reply>;

/**
 * The edge of every HTTP function. A handler parses, calls and replies. An error that it throws becomes a problem reply. `audience`:
 * that of all the function's routes; left out, the contract is loaded to learn it, which a cold start of the readers does not wait for.
 */
export function http(handle: HttpHandler, audience?: Audience) {
  const traces = new WeakMap<APIGatewayProxyEventV2, Trace>();
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Error, Context>({ timeoutEarlyResponse })
    .use({
      before: ({ event }) => service().telemetry.begin(event.requestContext.requestId),
      after: () => service().telemetry.flush(),
      onError: async (request) => {
        const running = service();
        const { error, event, context } = request;
        const failed = failure(error, event, running.telemetry);
        const reply = await explained(failed, event, { trace: traces.get(event), context, running });
        request.response = structuredResult(reply, fieldsOfAll(request.event, running));
        running.telemetry.flush();
      },
    })
    .handler(async (event, context: CallerContext) => {
      const running = service();
      const trace = createTrace(running.clock);
      traces.set(event, trace);
      return traced(trace, async () => {
        const principal = await admitted(event, running, audience ?? (await audienceOf(event.routeKey)));
        const reply = await handle(await requestOf(event, principal, running, context.hungUp), running);
        const linked = await explained(reply, event, { trace, context, running });
        return structuredResult(
          await compressed(linked, event.headers?.['accept-encoding']),
          fieldsOfAll(event, running),
        );
      });
    });
}

/** Rules ACCESS-4 and LIMIT-9: who calls, as the gateway or else this function has authenticated it, may call the route, and has not reached its limit. */
async function admitted(event: APIGatewayProxyEventV2, running: Running, audience: Audience | undefined) {
  const { authorizer, http: request } = event.requestContext as WithAuthorizer & typeof event.requestContext;
  const outcome = fromGateway(authorizer) ?? (await running.authenticate(event.headers?.authorization, request.method));
  try {
    const principal = admit(outcome, audience, running.config.reads);
    if (isLimited(audience, event.rawPath)) await charge(event, principal, 1, running);
    return principal;
  } catch (error) {
    if (error instanceof NotAdmitted) await chargeRefused(event, outcome, running);
    throw error;
  }
}

interface WithAuthorizer {
  readonly authorizer?: AuthorizerOfEvent;
}

function timeoutEarlyResponse(): never {
  throw timedOut();
}

function failure(
  error: unknown,
  event: APIGatewayProxyEventV2,
  { log, metrics }: Pick<Telemetry, 'log' | 'metrics'>,
): Reply {
  const { requestId } = event.requestContext;
  if (error instanceof LookupError) {
    const reply = errorReply(error, requestId);
    const challenge = challengeOf(error, asksForPage(event));
    return challenge === undefined ? reply : { ...reply, headers: { ...reply.headers, 'www-authenticate': challenge } };
  }
  metrics.count('Defect');
  log.error('defect', { route: event.routeKey, error: stackOf(error) });
  return problemReply(internalError(requestId));
}

const fieldsOfAll = (event: APIGatewayProxyEventV2, running: Running): Readonly<Record<string, string>> => ({
  ...rateLimitFields(event, running),
  ...transportSecurity(running.config.environment),
});

/** A browser that asks for a page shows a form for the key. */
function asksForPage({ requestContext, headers }: APIGatewayProxyEventV2): boolean {
  return isReading(requestContext.http.method) && pageFormatOf(undefined, headers?.accept) === 'html';
}

async function requestOf(
  event: APIGatewayProxyEventV2,
  principal: Principal,
  running: Running,
  hungUp: AbortSignal | undefined,
): Promise<Request> {
  const rawQuery = event.rawQueryString ?? '';
  const headers = known(event.headers);
  refuseCredential('path', event.rawPath);
  refuseCredential('query', rawQuery, unescaped(rawQuery));
  refuseCredential('Idempotency-Key', headers['idempotency-key'] ?? '');
  const query = queryIn(rawQuery);
  await refuseUnknown(event.routeKey, query);
  const body: SentBody = {
    text: event.body ?? '',
    isBase64: event.isBase64Encoded,
    contentType: headers['content-type'],
    contentEncoding: headers['content-encoding'],
  };
  return {
    requestId: event.requestContext.requestId,
    route: event.routeKey,
    method: event.requestContext.http.method,
    path: event.rawPath,
    parameters: known(event.pathParameters),
    query,
    headers,
    principal,
    hungUp,
    takePlace: placesOf(event, principal, running),
    hasBody: (event.body ?? '') !== '',
    charge: (requests) => charge(event, principal, requests, running),
    chainReads: chainReadsOf(event, principal, running),
    json(maxBytes) {
      const value = jsonIn(body, maxBytes);
      refuseCredential('body', textOf(value, body));
      return value;
    },
    jsonText: (maxBytes) => jsonTextIn(body, maxBytes),
    text: (maxBytes) => textIn(body, maxBytes),
  };
}

/** As far as it can be decoded. */
const unescaped = (text: string): string =>
  text.replaceAll(/%[0-9a-f]{2}/gi, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)));

/** The text of a body's value, in which no letter is escaped. */
const textOf = (value: unknown, { text, isBase64 }: SentBody): string =>
  isBase64 || text.includes('\\') ? JSON.stringify(value) : text;

/** Events are parsed JSON: each member has a value, although the types allow undefined. */
const known = (map: Record<string, string | undefined> | undefined): Record<string, string> =>
  (map ?? {}) as Record<string, string>;
