import { ChainUnavailable } from '../../domain/errors.ts';

/** Where an attempt failed; `error`: a well-formed answer whose JSON-RPC error says that another node may know. */
export type FailureStage = 'connection' | 'timeout' | 'status' | 'body' | 'error';

/**
 * No well-formed answer. The message never holds an endpoint's URL. Where no other node can be asked for the same thing,
 * it is what it is to a caller: the chain cannot answer.
 */
export class RpcFailure extends ChainUnavailable {
  override readonly name = 'RpcFailure';
  readonly stage: FailureStage;
  /** Of HTTP. */
  readonly status: number | undefined;
  /** Of the JSON-RPC error. */
  readonly rpcCode: number | undefined;
  /** Seconds for which the node asks not to be called; undefined where it does not say how many. */
  readonly pauseSeconds: number | undefined;

  constructor(
    stage: FailureStage,
    message: string,
    options: { cause?: unknown; status?: number; retryAfter?: number | undefined; rpcCode?: number } = {},
  ) {
    const { cause, status, retryAfter, rpcCode } = options;
    super(message, { cause, ...(retryAfter === undefined ? {} : { retryAfter }) });
    this.stage = stage;
    this.status = status;
    this.rpcCode = rpcCode;
    this.pauseSeconds = retryAfter;
  }
}

/** The node holds no such block: it has not come that far, or has forgotten it (casper-sidecar, error -32001). */
export class NoSuchBlock extends RpcFailure {
  constructor() {
    super('error', 'error -32001', { rpcCode: -32001 });
  }
}

/** The node serves us later: a limit of calls, by its own word. */
export class Throttled extends RpcFailure {
  constructor() {
    super('error', 'error -32018: throttled', { rpcCode: -32018 });
  }
}

/** Nobody waits for the answer any more. It says nothing about the node. */
export class Abandoned extends ChainUnavailable {
  override readonly name = 'Abandoned';

  constructor(cause?: unknown) {
    super('no answer in time', { cause });
  }
}

/** It was not sent: its turn did not come in time, or the node had asked for a pause before. It says nothing about the node. */
export class NoPermit extends ChainUnavailable {
  override readonly name = 'NoTurn';

  constructor() {
    super('too many requests wait for it');
  }
}
