import { StoreUnavailable } from '../../domain/errors.ts';

/** What the SDK tells about a failure, whether an engine answered or none could be reached. */
interface Failure {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly $fault?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/**
 * The one place that tells "the engine cannot be used now" from the answers that callers know how to read (a failed
 * condition, a cancelled transaction) and from defects of ours, which pass unchanged. The message names no endpoint.
 */
export function asStoreFailure(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return error;
  const failure = error as Failure;
  return refused(failure) || unanswered(failure)
    ? new StoreUnavailable(`the database cannot be used (${reason(failure)})`, error)
    : error;
}

/** Answers that stand for the engine's state, not for what was asked. */
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
 * A socket's error from another realm, as under jest, is no Error to the SDK: it keeps the text alone.
 */
const unanswered = (failure: Failure): boolean =>
  failure.name === 'TimeoutError' ||
  failure.name === 'AbortError' ||
  failure.name === 'CredentialsProviderError' ||
  String(failure.message).startsWith('AWS SDK error wrapper') ||
  (typeof failure.code === 'string' && /^E(?!RR_)[A-Z]/.test(failure.code));

const reason = ({ name, code }: Failure): string =>
  typeof code === 'string' && name === 'Error' ? code : String(name);
