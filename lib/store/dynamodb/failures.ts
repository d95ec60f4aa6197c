import { StoreUnavailable } from '../../domain/errors.ts';

/** What the SDK reports of a failure, whether the engine answered or could not be reached. */
interface Failure {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly $fault?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/**
 * The one place that separates "the engine cannot be used now" from the answers that callers handle (a failed condition, a
 * cancelled transaction) and from defects of this service, which pass unchanged. The message names no endpoint.
 */
export function asStoreFailure(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return error;
  const failure = error as Failure;
  return refused(failure) || unanswered(failure)
    ? new StoreUnavailable(`the database cannot be used (${reason(failure)})`, error)
    : error;
}

/** Answers about the state of the engine, not about the request. */
const refusals = new Set([
  'ThrottlingException',
  'ThrottledException',
  'TooManyRequestsException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'TransactionInProgressException',
  'ResourceNotFoundException',
]);

const refused = (failure: Failure): boolean => {
  const status = failure.$metadata?.httpStatusCode ?? 0;
  return refusals.has(String(failure.name)) || failure.$fault === 'server' || status >= 500 || status === 429;
};

/**
 * No answer came: a deadline passed, no credentials were found, or the socket failed (a system code such as ECONNRESET).
 * The SDK does not recognise an Error of another realm, as under jest: it keeps the text alone.
 */
const unanswered = (failure: Failure): boolean =>
  failure.name === 'TimeoutError' ||
  failure.name === 'AbortError' ||
  failure.name === 'CredentialsProviderError' ||
  String(failure.message).startsWith('AWS SDK error wrapper') ||
  (typeof failure.code === 'string' && /^E(?!RR_)[A-Z]/.test(failure.code));

const reason = ({ name, code }: Failure): string =>
  typeof code === 'string' && name === 'Error' ? code : String(name);
