import type { ErrorCode } from './errors.ts';

/** What was done, or found, on the way to an answer. */
export const hopSteps = [
  'asked',
  'snapshot',
  'cache',
  'lease',
  'chain',
  'node',
  'hedge',
  'retry',
  'store',
  'save',
  'conflict',
  'database',
  'answer',
] as const;

export interface Hop {
  readonly step: (typeof hopSteps)[number];
  /** In a word or two. */
  readonly outcome: string;
  /** The entity, as `<kind>#<id>`. */
  readonly ref?: string;
  /** The configured name, never the URL (rule EXPLAIN-1). */
  readonly node?: string;
  /** Of JSON-RPC. */
  readonly method?: string;
  readonly tookMs?: number;
  /** Of `tookMs`, before the request left: for a permit of the node's rate, or a connection. */
  readonly waitedMs?: number;
  readonly breaker?: 'open' | 'closed';
  readonly height?: number;
  /** Seconds. */
  readonly age?: number;
  /** Seconds: how old it may be. */
  readonly limit?: number;
  readonly stale?: boolean;
  /** A conflict's id. */
  readonly conflict?: string;
  readonly why?: string;
}

/** `at`: milliseconds since the request began. */
export type TimedHop = Hop & { readonly at: number };

export const keptReasons = ['failed', 'stale', 'sampled'] as const;
export type KeptReason = (typeof keptReasons)[number];

/** How one request came to its answer. It has no body, no header, no URL and no credential (rule EXPLAIN-1). */
export interface Explanation {
  readonly requestId: string;
  /** As the contract names it: `GET /v1/accounts/{id}`. */
  readonly route: string;
  /** When the request began. */
  readonly at: string;
  readonly tookMs: number;
  readonly keptBecause: KeptReason;
  readonly status: number;
  /** Of an error; null: none. */
  readonly code: string | null;
  readonly detail: string | null;
  readonly hops: readonly TimedHop[];
  /** Hops between the first 60 and the last 40 that are left out. */
  readonly leftOut: number;
}

/** How long an explanation is kept. */
export const explanationSeconds = 86_400;

/** Failures of nodes, store or service, and values that cannot be served: no other request of the caller would do better. */
const failures: ReadonlySet<string> = new Set<ErrorCode | 'internal_error'>([
  'internal_error',
  'timed_out',
  'chain_unavailable',
  'overloaded',
  'store_unavailable',
  'issuer_unavailable',
  'not_cached',
  'too_old',
  'block_gone',
  'value_too_large',
  'value_unreadable',
  'collection_unreadable',
]);

export const isFailure = (code: string | null): boolean => code !== null && failures.has(code);
