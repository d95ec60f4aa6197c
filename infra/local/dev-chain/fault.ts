/** Faults of a node that is sent a transaction; they affect no other method. */
const SUBMISSION_FAULTS = [
  'accepts-then-breaks',
  'accepts-then-fails',
  'answers-late',
  'refuses-submissions',
  'submissions-disabled',
] as const;

/** The first six change what a node reports, the others how it answers. They can affect every method. */
export const READING_FAULTS = [
  'lagging',
  'catching-up',
  'wrong-network',
  'nothing-found',
  'throttled-by-node',
  'wrong-id',
  'slow',
  'down',
  'throttled',
  'garbage',
  'empty-body',
  'truncated',
  'huge',
  'server-error',
  'redirect',
  'unauthorized',
  'forbidden',
  'unavailable',
] as const;

/** Another state with true proofs, in blocks with true hashes: all but the validators' signatures (`forged.ts`). */
const FORGERY = 'forged';

/** Faults that can be set on a node. */
export const FAULTS = [...READING_FAULTS, FORGERY, ...SUBMISSION_FAULTS] as const;

const SUBMISSION_METHODS = ['account_put_transaction', 'account_put_deploy'];

export type Fault = (typeof FAULTS)[number];

export interface FaultOptions {
  /** JSON-RPC methods that the fault is limited to; default: all that it can affect. */
  readonly methods?: readonly string[];
  readonly delayMs?: number;
  readonly retryAfterSeconds?: number;
  readonly blocksBehind?: number;
  /** Of `forged`: the first block that is another one. */
  readonly fromHeight?: number;
  /** Of `forged`: the era that its blocks say they are of; left out: their own. */
  readonly eraId?: number;
  /** Of `refuses-submissions`: the error's code and data. */
  readonly code?: number;
  readonly data?: string;
}

export interface ActiveFault extends Required<Omit<FaultOptions, 'methods' | 'eraId'>> {
  readonly fault: Fault;
  readonly methods: readonly string[] | undefined;
  readonly eraId: number | undefined;
}

export function activeFault(fault: Fault, options: FaultOptions = {}): ActiveFault {
  const { delayMs = 5000, retryAfterSeconds = 1, blocksBehind = 20, fromHeight = 1, code = -32016 } = options;
  const { data = 'the transaction was invalid: insufficient balance' } = options;
  const isOfSubmission = SUBMISSION_FAULTS.some((known) => known === fault);
  const methods = options.methods ?? (isOfSubmission ? SUBMISSION_METHODS : undefined);
  return { fault, methods, delayMs, retryAfterSeconds, blocksBehind, fromHeight, eraId: options.eraId, code, data };
}

/** The fault that affects a call, if any. A request without a readable method is affected by unlimited faults only. */
export function faultFor(active: ActiveFault | undefined, method: string | undefined): ActiveFault | undefined {
  if (active?.methods === undefined) return active;
  return method !== undefined && active.methods.includes(method) ? active : undefined;
}
