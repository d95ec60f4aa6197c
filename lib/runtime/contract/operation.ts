import type * as z from 'zod/mini';
import type { Audience } from '../../domain/audience.ts';
import type { Parameter } from './parameters.ts';
import { problemSchema } from './problems.ts';

export { type Audience, iamRoles, iamRolesFor, isOpen, type Reads } from '../../domain/audience.ts';

export interface ResponseSpec {
  readonly description: string;
  /** undefined: no body. */
  readonly schema?: z.ZodMiniType;
  /** Names of response headers that the document describes. */
  readonly headers?: readonly string[];
  /** The same of headers that an answer may lack. */
  readonly optionalHeaders?: readonly string[];
  /** Further media types of the same answer, as text. */
  readonly orAs?: readonly string[];
  /** API Gateway may answer in its own form instead, before a function sees the request. */
  readonly orGateway?: true;
  /** The answer may also be an error. */
  readonly orProblem?: true;
}

/** One route: everything that gateway, OpenAPI document, clients and tests need. */
export interface Operation {
  readonly operationId: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/v1/…/{parameter}` */
  readonly path: string;
  readonly audience: Audience;
  /** The function refuses anonymous callers, also where the audience is open. */
  readonly needsCredential?: true;
  /** The file under `functions/` whose handler answers. */
  readonly function: string;
  readonly tag: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters?: readonly Parameter[];
  readonly body?: z.ZodMiniType;
  /** The body may be left out. */
  readonly mayLackBody?: true;
  /** By status. */
  readonly responses: Readonly<Record<number, ResponseSpec>>;
}

export const refused = (description: string): ResponseSpec => ({ description, schema: problemSchema });
export const retryLater = (description: string): ResponseSpec => ({
  ...refused(description),
  headers: ['Retry-After'],
});
/** The same request may succeed later in some cases, which `retryable` says. */
export const refusedOrLater = (description: string): ResponseSpec => ({
  ...refused(description),
  optionalHeaders: ['Retry-After'],
});

/** Answers that several operations share: each stands once in the document, under its name. */
export const sharedResponses = {
  InvalidRequest: refused('The request or an identifier is not valid. `errors` lists every fault.'),
  Unauthenticated: {
    ...refused(
      'The route needs a credential, or the one that was sent is not valid: unknown, wrong, expired and revoked ones look alike. On AWS, API Gateway answers by itself where a credential is needed and no `Authorization` header was sent.',
    ),
    headers: ['WWW-Authenticate'],
    orGateway: true,
  },
  Forbidden: {
    ...refused('The credential does not have the role that the route needs, or is not for this collection.'),
    headers: ['WWW-Authenticate'],
  },
  TooLarge: refused('The body is too large.'),
  MethodNotAllowed: {
    ...refused('The path does not take the method. `Allow` names those that it takes.'),
    headers: ['Allow'],
  },
  UriTooLong: refused('The URL is longer than 8 KB.'),
  UnsupportedMediaType: refused('The body is not JSON by its `Content-Type`, or it is compressed.'),
  ExpectationFailed: refused('The request has an `Expect` header other than `100-continue`.'),
  HeadersTooLarge: refused('The URL and the headers together are larger than 10 KB.'),
  Throttled: {
    ...retryLater(
      'The caller has reached its limit of requests, or of chain reads and neither cache nor database has a usable answer. On AWS, API Gateway answers by itself where all callers together send too much.',
    ),
    headers: ['Retry-After', 'RateLimit-Policy', 'RateLimit'],
    orGateway: true,
  },
  Defect: refused('A defect of the service. The log has the details under `requestId`.'),
  TimedOut: retryLater('The request took too long, or too many requests are at work.'),
  StoreUnavailable: retryLater(
    'The database cannot be reached, the request took too long, or too many requests are at work.',
  ),
  NothingAvailable: retryLater(
    'The database or the chain cannot be reached, the request took too long, or too many requests are at work.',
  ),
} as const satisfies Record<string, ResponseSpec>;

const {
  InvalidRequest,
  Unauthenticated,
  Forbidden,
  MethodNotAllowed,
  TooLarge,
  UriTooLong,
  UnsupportedMediaType,
  ExpectationFailed,
  Throttled,
  HeadersTooLarge,
  Defect,
  TimedOut,
  StoreUnavailable,
  NothingAvailable,
} = sharedResponses;

/** Responses of every route. */
export const always = {
  400: InvalidRequest,
  401: Unauthenticated,
  403: Forbidden,
  405: MethodNotAllowed,
  414: UriTooLong,
  417: ExpectationFailed,
  429: Throttled,
  431: HeadersTooLarge,
  500: Defect,
  503: TimedOut,
};
/** Responses of every route that takes a body. */
export const bodyRefused = { 413: TooLarge, 415: UnsupportedMediaType };
/** Responses of every route that needs a credential. */
export const guarded = { 401: Unauthenticated, 403: Forbidden };
export const noStore = { 503: StoreUnavailable };
export const noStoreOrChain = { 503: NothingAvailable };
