import { ChainUnavailable } from '../../domain/errors.ts';
import type { FoundEvidence } from '../../domain/evidence.ts';

/**
 * Where an attempt failed. `error`: a well-formed answer with a JSON-RPC error; another node may have the value. `form`: a
 * well-formed answer with a result that lacks a member, or holds a mistyped one (rule ANSWER-2). `proof`: what the answer claims is
 * refuted by its own proof (rule PROOF-1).
 */
export type FailureStage = 'connection' | 'timeout' | 'status' | 'body' | 'form' | 'proof' | 'error';

/**
 * The node gave no usable answer. The message never holds the endpoint's URL. Where no other node can be asked, the
 * caller gets it as what it is then: the chain is unavailable.
 */
export class RpcFailure extends ChainUnavailable {
  override readonly name = 'RpcFailure';
  readonly stage: FailureStage;
  /** HTTP status. */
  readonly status: number | undefined;
  /** Code of the JSON-RPC error. */
  readonly rpcCode: number | undefined;
  /** Seconds for which the node asks not to be called; undefined where it names no number. */
  readonly pauseSeconds: number | undefined;
  /** Of the stage `proof`. */
  readonly evidence: FoundEvidence | undefined;

  constructor(stage: FailureStage, message: string, options: RpcFailureOptions = {}) {
    const { cause, status, retryAfter, rpcCode, evidence } = options;
    super(message, { cause, ...(retryAfter === undefined ? {} : { retryAfter }) });
    this.stage = stage;
    this.status = status;
    this.rpcCode = rpcCode;
    this.pauseSeconds = retryAfter;
    this.evidence = evidence;
  }
}

interface RpcFailureOptions {
  readonly cause?: unknown;
  readonly status?: number;
  readonly retryAfter?: number | undefined;
  readonly rpcCode?: number;
  readonly evidence?: FoundEvidence;
}

/**
 * The node does not hold this block or its state: it has not reached it, or it has pruned it (casper-sidecar: error -32001,
 * -32012 for a state, -32018 with an empty answer for a balance).
 */
export class NoSuchBlock extends RpcFailure {
  constructor(rpcCode = -32001) {
    super('error', `error ${rpcCode}`, { rpcCode });
  }
}

/** The node limits its calls and says so (casper-sidecar, error -32018). */
export class Throttled extends RpcFailure {
  constructor() {
    super('error', 'error -32018: throttled', { rpcCode: -32018 });
  }
}

/** The node's own refusal of a transaction (-32016) or deploy (-32008), with its words. */
export class SubmissionRefused extends RpcFailure {
  readonly nodeCode: number;
  readonly words: string;

  constructor(code: number, words: string) {
    super('error', `error ${code}`, { rpcCode: code });
    this.nodeCode = code;
    this.words = words;
  }
}

/** The caller stopped waiting before an answer came. Says nothing about the node. */
export class Abandoned extends ChainUnavailable {
  override readonly name = 'Abandoned';

  constructor(cause?: unknown) {
    super('no answer in time', { cause });
  }
}

/**
 * Much of a large answer came, and then it ended or the time was up. Rule ANSWER-1: the node is at work, and any caller may ask
 * for something large.
 */
export class ReceivedInPart extends ChainUnavailable {
  override readonly name = 'ReceivedInPart';

  constructor(bytes: number, cause?: unknown) {
    super(`only the first ${bytes} bytes of the answer came`, { cause });
  }
}

/**
 * The request was not sent: no connection was free or no rate permit came in time, or the node had asked for a pause in
 * the meantime. Says nothing about the node.
 */
export class NoPermit extends ChainUnavailable {
  override readonly name = 'NoPermit';

  constructor() {
    super('too many requests wait for this node', {}, 'overloaded');
  }
}

/** The method is not served: by one node, or by any. */
export class MethodRefused extends ChainUnavailable {
  override readonly name = 'MethodRefused';

  constructor(method: string) {
    super(`no node serves ${method}`);
  }
}

/** The request itself is wrong: a defect of this program, not of the node. */
export class RequestRefused extends ChainUnavailable {
  override readonly name = 'RequestRefused';

  readonly nodeCode: number;
  /** The node's own; they may repeat the request. */
  readonly words: string;

  constructor(method: string, code: number, words = '') {
    super(`${method} was refused with error ${code}`);
    this.nodeCode = code;
    this.words = words;
  }
}
