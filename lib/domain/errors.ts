import type { ChainHeader } from './block.ts';

/** What a caller can act on. HTTP status lives in one place, `lib/runtime/problem.ts`. */
export type ErrorCode =
  | 'invalid_request'
  | 'invalid_id'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'invalid_transaction'
  | 'rejected_by_chain'
  | 'idempotency_key_reused'
  | 'precondition_failed'
  | 'rate_limited'
  | 'conflict_state'
  | 'too_old'
  | 'cursor_gone'
  | 'block_gone'
  | 'too_large'
  | 'value_too_large'
  | 'collection_unreadable'
  | 'value_unreadable'
  | 'method_not_allowed'
  | 'unsupported_media_type'
  | 'uri_too_long'
  | 'headers_too_large'
  | 'expectation_failed'
  | 'timed_out'
  | 'chain_unavailable'
  | 'overloaded'
  | 'store_unavailable'
  | 'issuer_unavailable'
  | 'not_cached';

/** The message of what was thrown. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

/** The stack of what was thrown, for the log of a defect. */
export const stackOf = (thrown: unknown): string | undefined =>
  thrown instanceof Error ? thrown.stack : String(thrown);

export interface FieldError {
  readonly path: string;
  readonly message: string;
}

export interface NodeRefusal {
  readonly reason: string;
  /** Of JSON-RPC. */
  readonly nodeCode: number;
}

/** An error that a caller can act on; every other error is a defect. */
export class LookupError extends Error {
  override readonly name: string = 'LookupError';
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly errors: readonly FieldError[];
  /** After how many seconds the same request may succeed, where that is known. */
  readonly retryAfter: number | undefined;
  /** What a node refused, in its own words and with its own code; undefined: no node did. */
  readonly refusal: NodeRefusal | undefined;
  /** Of `cursor_gone`: the cursor before the oldest event that is kept. */
  readonly oldest: string | undefined;
  /** The lowest block that can be asked for, where the request named a lower one. */
  readonly lowestHeight: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      cause?: unknown;
      retryable?: boolean;
      retryAfter?: number;
      errors?: readonly FieldError[];
      refusal?: NodeRefusal;
      oldest?: string;
      lowestHeight?: number;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.retryAfter = options.retryAfter;
    this.errors = options.errors ?? [];
    this.refusal = options.refusal;
    this.oldest = options.oldest;
    this.lowestHeight = options.lowestHeight;
  }
}

export class InvalidId extends LookupError {
  override readonly name = 'InvalidId';

  constructor(message: string, path = 'id') {
    super('invalid_id', message, { errors: [{ path, message }] });
  }

  /** The same fault under the name that the caller used. */
  at(path: string): InvalidId {
    return new InvalidId(this.message, path);
  }
}

const namedFaults = 10;

export class InvalidRequest extends LookupError {
  override readonly name = 'InvalidRequest';

  /** A request with a thousand faults gets an answer of ordinary size: it names ten, and says how many more there are. */
  constructor(errors: readonly FieldError[]) {
    const named = errors.slice(0, namedFaults);
    const more = errors.length - named.length;
    const faults = named.map(({ path, message }) => `${path}: ${message}`).join('; ');
    super('invalid_request', more > 0 ? `${faults}; and ${more} more` : faults, { errors: named });
  }
}

/** The caller has used its reads of the chain in a minute (rule LIMIT-10): the chain was not asked. */
export class ChainReadsSpent extends LookupError {
  override readonly name = 'ChainReadsSpent';

  constructor(limit: number, retryAfter: number) {
    super('rate_limited', `the limit of ${limit} chain reads a minute is reached`, { retryable: true, retryAfter });
  }
}

/**
 * The chain gives no usable answer: no node can answer, or no node has reached the height that is already known, or see
 * UnusableAnswer. It never means that the entity is absent.
 */
export class ChainUnavailable extends LookupError {
  override readonly name: string = 'ChainUnavailable';
  /** This node cannot answer: the same reading may succeed at another node. */
  readonly otherNodesMay: boolean;

  constructor(
    message: string,
    options: { cause?: unknown; retryAfter?: number; otherNodesMay?: boolean } = {},
    code: ErrorCode = 'chain_unavailable',
  ) {
    const retryable = code === 'chain_unavailable' || code === 'overloaded';
    super(code, message, { ...options, retryable, ...(retryable && { retryAfter: options.retryAfter ?? 2 }) });
    this.otherNodesMay = options.otherNodesMay ?? false;
  }
}

/**
 * Rule ANSWER-1: a node's answer was received and cannot be used, because it has a form that is not known here
 * (`value_unreadable`) or is above the size limit (`value_too_large`). This is a property of what was asked for: no node is at
 * fault, and the same request fails again.
 */
export class UnusableAnswer extends ChainUnavailable {
  override readonly name: string = 'UnusableAnswer';
  /** How many nodes have given such an answer. */
  readonly givenBy: number;

  constructor(
    code: 'value_unreadable' | 'value_too_large' | 'collection_unreadable',
    message: string,
    cause?: unknown,
    givenBy = 1,
  ) {
    super(message, { cause }, code);
    this.givenBy = givenBy;
  }
}

/** Rule ANSWER-4: the chain has the package, and how its contract keeps tokens is not known here. */
export class CollectionUnreadable extends UnusableAnswer {
  override readonly name = 'CollectionUnreadable';

  /** The id of the conflict that covers the collection, where it was read before; undefined: there is none. */
  readonly conflict: string | undefined;

  constructor(why: string, conflict?: string) {
    super('collection_unreadable', why);
    this.conflict = conflict;
  }
}

/** The history of every node begins above this block. */
export class NoBlockSoOld extends ChainUnavailable {
  override readonly name = 'NoBlockSoOld';
}

/** Rule PAST-3: every node begins above the block that a caller asks about. */
export class BlockGone extends LookupError {
  override readonly name = 'BlockGone';

  constructor(height: number, lowestHeight: number, cause?: unknown) {
    super('block_gone', `no node reaches back to block ${height}; the lowest block is ${lowestHeight}`, {
      cause,
      lowestHeight,
    });
  }
}

/**
 * No node serves the block that a reading is pinned to, although a node has reported it (rule ANSWER-5). The same reading
 * may succeed at another block.
 */
export class BlockNotServed extends ChainUnavailable {
  override readonly name: string = 'BlockNotServed';
}

/** For `catch`: undefined where the chain cannot be asked; anything else is thrown on. */
export function unlessDefect(error: unknown): undefined {
  if (!(error instanceof ChainUnavailable)) throw error;
}

/** Nodes hold this block, and it cannot be read whole: it is too large, or has a form that is not known here. */
export class UnreadableBlock extends ChainUnavailable {
  override readonly name = 'UnreadableBlock';
  readonly height: number;
  /** undefined where not even the header can be read. */
  readonly header: ChainHeader | undefined;
  /** How many nodes have given what cannot be used. */
  readonly givenBy: number;

  constructor(height: number, header: ChainHeader | undefined, givenBy: number, cause: Error) {
    super(`block ${height} cannot be read whole: ${cause.message}`, { cause });
    this.height = height;
    this.header = header;
    this.givenBy = givenBy;
  }
}

/** The database cannot be used now: it does not answer, refuses requests, or lacks a table. */
export class StoreUnavailable extends LookupError {
  override readonly name = 'StoreUnavailable';

  constructor(message: string, cause?: unknown) {
    super('store_unavailable', message, { cause, retryable: true, retryAfter: 2 });
  }
}

/** The tables were written by an earlier version, in a form that this version would misread. */
export class EarlierForm extends StoreUnavailable {}
