import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { InvalidRequest, LookupError } from '../../../lib/domain/errors.ts';
import type { AuthorizerOfEvent } from '../../../lib/runtime/access/authorizer-context.ts';
import type { CorsRules } from '../../../lib/runtime/cors.ts';
import { bodyTooLarge } from '../../../lib/runtime/problem.ts';
import { isOpen, routes as manifestRoutes, type Reads, type Route } from '../../manifest.ts';
import { type Functions, FunctionTimedOut, invokeFunction, invokeWithin } from '../aws/functions.ts';
import { type Listening, readBody, type ServeOptions, serve } from '../serve.ts';
import { askAuthorizer } from './authorizer.ts';
import { preflightAnswer, withCors } from './cors.ts';
import { type GatewayAnswer, gatewayAnswerOf, gatewayMessage, refusal, sendAnswer } from './gateway-answer.ts';
import { type GatewayRequest, gatewayEvent } from './gateway-event.ts';
import { matchRoute } from './match-route.ts';
import { createRefusals, createWorkLimit } from './work-limit.ts';

export interface HttpApiOptions extends ServeOptions {
  readonly functions: Functions;
  /** Whether reading routes are open (the default), or need a credential. */
  readonly reads?: Reads;
  readonly routes?: readonly Route[];
  /** What pages of other origins may do; left out: nothing. */
  readonly cors?: CorsRules | undefined;
  /** Requests at work at the same time; further ones are refused at once. Left out: no limit. */
  readonly maxRequests?: number | undefined;
  /** The caller is the last address of `X-Forwarded-For`, which the proxy in front has appended. Left out: who has connected. */
  readonly isBehindProxy?: boolean;
  /** Of a body, in bytes; default: as API Gateway. */
  readonly maxBodyBytes?: number;
  /** How long the gateway waits for a function; default: as on AWS. */
  readonly timeoutMs?: number;
  /** Gets the error of a handler that threw. The client gets no details. */
  readonly report?: (message: string, error: unknown) => void;
}

/** API Gateway's limits. */
const bodyLimit = 10 * 1024 * 1024;
const urlLimit = 8 * 1024;
/** Request line and headers together. */
const headLimit = 10 * 1024;
const integrationTimeoutMs = 30_000;

/** Serves routes over HTTP like API Gateway and Lambda, with the handlers in this process: a local run, and the readers as one process. */
export function startHttpApi(options: HttpApiOptions): Promise<Listening> {
  const {
    functions,
    cors,
    reads = 'open',
    routes = manifestRoutes,
    maxRequests = Number.POSITIVE_INFINITY,
    isBehindProxy = false,
    maxBodyBytes = bodyLimit,
    timeoutMs = integrationTimeoutMs,
    report = toStandardError,
  } = options;
  const refusalTurn = createRefusals(refusalsPerTurn);
  const [work, operators] = [createWorkLimit(maxRequests), createWorkLimit(operatorRequests)];
  const handle = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestId = randomUUID();
    const reply = withCors(
      preflightAnswer(message, cors) ?? (await answer(message, requestId, hangingUp(response))),
      message,
      cors,
    );
    try {
      sendAnswer(response, message.method, reply);
    } catch (error) {
      report(`The answer to ${requestId} cannot be sent`, error);
      sendAnswer(response, message.method, gatewayMessage(500, 'Internal Server Error'));
    }
  };
  const refuseProtocol = (status: number) => refusal(protocolRefusal(status), randomUUID());
  return serve(handle, { ...options, refuse: refuseProtocol });

  async function answer(message: IncomingMessage, requestId: string, hungUp: AbortSignal): Promise<GatewayAnswer> {
    const url = message.url ?? '';
    const [rawPath = '', ...query] = url.split('?');
    const refuse = (reason: keyof typeof refusals) => refusal(refusals[reason], requestId);
    if (url.length > urlLimit) return refuse('longUrl');
    if (headLength(message) > headLimit) return refuse('largeHead');
    try {
      const match = matchRoute(routes, message.method ?? 'GET', rawPath);
      if (!match) return gatewayMessage(500, 'Internal Server Error');
      const rawQueryString = query.join('?');
      const asked = { message, isBehindProxy, rawPath, rawQueryString, match, requestId, now: new Date() };
      const isGuarded = !isOpen(match.route.audience, reads);
      const authorization = isGuarded ? await authorize(asked) : undefined;
      if (authorization !== undefined && 'status' in authorization) return authorization;
      const body = await readBody(message, maxBodyBytes);
      if (!body) return refusal(bodyTooLarge(maxBodyBytes), requestId);
      const leave = (isForOperators(match.route) ? operators : work).enter();
      if (leave === undefined) {
        await refusalTurn();
        return refuse('overloaded');
      }
      try {
        const event = gatewayEvent({ ...asked, authorizer: authorization, body });
        return await run(match.route.function, event, requestId, hungUp);
      } finally {
        leave();
      }
    } catch (error) {
      if (error instanceof URIError) return refuse('malformed');
      throw error;
    }
  }

  /** What the authorizer says of the caller, or an answer where the authorizer fails. */
  async function authorize(asked: Omit<GatewayRequest, 'body'>): Promise<AuthorizerOfEvent | GatewayAnswer> {
    const { requestId } = asked;
    try {
      const event = gatewayEvent({ ...asked, body: Buffer.alloc(0) });
      return await askAuthorizer(functions, event, requestId);
    } catch (error) {
      if (error instanceof URIError) throw error;
      report(`authorize failed (request ${requestId})`, error);
      return gatewayMessage(500, 'Internal Server Error');
    }
  }

  async function run(name: string, event: object, requestId: string, hungUp: AbortSignal): Promise<GatewayAnswer> {
    const invocation = invokeFunction(functions, name, event, requestId, hungUp)
      .then(gatewayAnswerOf)
      .catch((error: unknown) => {
        report(`${name} failed (request ${requestId})`, error);
        return gatewayMessage(500, 'Internal Server Error');
      });
    return invokeWithin(timeoutMs, name, () => invocation).catch((error: unknown) => {
      if (error instanceof FunctionTimedOut) return gatewayMessage(503, 'Service Unavailable');
      throw error;
    });
  }
}

/** Aborts when the connection is closed before the answer was sent. */
function hangingUp(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}

/** What an operator needs to see and to do while the places of the readers are taken: these requests have their own. */
const isForOperators = ({ audience, function: name }: Route): boolean =>
  audience === 'operator' || audience === 'auditor' || name === 'get-ready';

const operatorRequests = 10;
const refusalsPerTurn = 2;

const refusals = {
  malformed: new InvalidRequest([{ path: 'url', message: 'invalid percent-encoding' }]),
  tooLarge: bodyTooLarge(bodyLimit),
  overloaded: new LookupError('overloaded', 'as many requests are at work as this process allows', {
    retryable: true,
    retryAfter: 1,
  }),
  longUrl: new LookupError('uri_too_long', `the URL has more than ${urlLimit} bytes`),
  largeHead: new LookupError('headers_too_large', `the URL and the headers have more than ${headLimit} bytes`),
};

const badRequest = new InvalidRequest([{ path: 'request', message: 'is not valid HTTP' }]);
/** What the server refuses before there is a request, by status. */
const protocolRefusals: Readonly<Record<number, LookupError>> = {
  413: refusals.tooLarge,
  417: new LookupError('expectation_failed', 'only the expectation 100-continue is known'),
  431: refusals.largeHead,
};

export const protocolRefusal = (status: number): LookupError => protocolRefusals[status] ?? badRequest;

const headLength = ({ method = '', url = '', rawHeaders }: IncomingMessage): number =>
  rawHeaders.reduce((sum, text) => sum + text.length, method.length + url.length);

const toStandardError = (message: string, error: unknown): void => console.error(message, error);
