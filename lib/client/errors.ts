import type { Schemas } from './contract.ts';

type Problem = Schemas['Problem'];

/** The codes of the service, and those of the client. A newer service may send others. */
export type ClientErrorCode =
  | Problem['code']
  | 'network'
  | 'timeout'
  | 'aborted'
  | 'unusable_answer'
  | 'invalid_call'
  | 'untrusted_webhook'
  | (string & {});

interface Details {
  readonly code: ClientErrorCode;
  readonly retryable?: boolean;
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  readonly retryAfter?: number | undefined;
  readonly cause?: unknown;
}

/** Everything that the client throws. */
export class ClientError extends Error {
  readonly code: ClientErrorCode;
  /** The same call may succeed later without a change. */
  readonly retryable: boolean;
  /** The HTTP status; undefined: no answer came. */
  readonly status: number | undefined;
  /** For the logs of the service; undefined: the service did not answer, or not in its own form. */
  readonly requestId: string | undefined;
  /** After how many seconds the same call may succeed. */
  readonly retryAfter: number | undefined;

  constructor(message: string, { code, retryable = false, status, requestId, retryAfter, cause }: Details) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.retryable = retryable;
    this.status = status;
    this.requestId = requestId;
    this.retryAfter = retryAfter;
  }
}

/** The service, or a gateway before it, refuses the request. `problem`: what the service says; a gateway says less. */
export class RefusedError extends ClientError {
  readonly problem: Partial<Problem> & { readonly meta?: Schemas['Meta'] };

  constructor(message: string, problem: RefusedError['problem'], details: Details) {
    super(message, details);
    this.name = 'RefusedError';
    this.problem = problem;
  }
}

/** No answer: `network`, `timeout` or `aborted`. The service may have done what was asked. */
export class NoAnswerError extends ClientError {
  constructor(code: 'network' | 'timeout' | 'aborted', message: string, cause?: unknown) {
    super(message, { code, retryable: code !== 'aborted', cause });
    this.name = 'NoAnswerError';
  }
}

/** An answer came that is not the service's: HTML of a proxy, JSON that ends early, another content type. */
export class UnusableAnswerError extends ClientError {
  constructor(message: string, details: Omit<Details, 'code'>) {
    super(message, { ...details, code: 'unusable_answer' });
    this.name = 'UnusableAnswerError';
  }
}

/** The call itself is wrong, and nothing was sent. */
export class InvalidCallError extends ClientError {
  constructor(message: string, cause?: unknown) {
    super(message, { code: 'invalid_call', cause });
    this.name = 'InvalidCallError';
  }
}

/** What came to a receiver of webhooks is not signed with the secret, or is too old. */
export class UntrustedWebhookError extends ClientError {
  constructor(message: string, cause?: unknown) {
    super(message, { code: 'untrusted_webhook', cause });
    this.name = 'UntrustedWebhookError';
  }
}
