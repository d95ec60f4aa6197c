import { ChainUnavailable } from '../domain/errors.ts';

/** Where an attempt failed before a well-formed answer came. */
export type FailureStage = 'connection' | 'timeout' | 'status' | 'body';

/**
 * No well-formed answer. The message never holds an endpoint's URL. Where no other node can be asked for the same thing,
 * it is what it is to a caller: the chain cannot answer.
 */
export class RpcFailure extends ChainUnavailable {
  override readonly name = 'RpcFailure';
  readonly stage: FailureStage;
  readonly status: number | undefined;

  constructor(
    stage: FailureStage,
    message: string,
    options: { cause?: unknown; status?: number | undefined; retryAfter?: number | undefined } = {},
  ) {
    const { cause, status, retryAfter } = options;
    super(message, { cause, ...(retryAfter === undefined ? {} : { retryAfter }) });
    this.stage = stage;
    this.status = status;
  }
}

/** The node holds no such block: it has not come that far, or has forgotten it (casper-sidecar, error -32001). */
export class NoSuchBlock extends RpcFailure {
  constructor() {
    super('body', 'error -32001');
  }
}
