/** Where an attempt failed before a well-formed answer came. */
export type FailureStage = 'connection' | 'timeout' | 'status' | 'body';

/** No well-formed answer. The message never holds an endpoint's URL. */
export class RpcFailure extends Error {
  override readonly name = 'RpcFailure';
  readonly stage: FailureStage;
  readonly status: number | undefined;
  /** Seconds, from the node's Retry-After. */
  readonly retryAfter: number | undefined;

  constructor(
    stage: FailureStage,
    message: string,
    options: { cause?: unknown; status?: number | undefined; retryAfter?: number | undefined } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.stage = stage;
    this.status = options.status;
    this.retryAfter = options.retryAfter;
  }
}
