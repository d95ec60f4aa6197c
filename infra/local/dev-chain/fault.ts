/** Faults that can be set on a node. The first six change what the node reports, the others how the node answers. */
export const FAULTS = [
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

export type Fault = (typeof FAULTS)[number];

export interface FaultOptions {
  /** JSON-RPC methods that the fault is limited to; default: all. */
  readonly methods?: readonly string[];
  readonly delayMs?: number;
  readonly retryAfterSeconds?: number;
  readonly blocksBehind?: number;
}

export interface ActiveFault extends Required<Omit<FaultOptions, 'methods'>> {
  readonly fault: Fault;
  readonly methods: readonly string[] | undefined;
}

export function activeFault(fault: Fault, options: FaultOptions = {}): ActiveFault {
  const { methods, delayMs = 5000, retryAfterSeconds = 1, blocksBehind = 20 } = options;
  return { fault, methods, delayMs, retryAfterSeconds, blocksBehind };
}

/** The fault that affects a call, if any. A request without a readable method is affected by unlimited faults only. */
export function faultFor(active: ActiveFault | undefined, method: string | undefined): ActiveFault | undefined {
  if (active?.methods === undefined) return active;
  return method !== undefined && active.methods.includes(method) ? active : undefined;
}
