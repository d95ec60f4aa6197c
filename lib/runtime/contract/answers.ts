import * as z from 'zod/mini';
import { refs } from '../requests.ts';
import { block, dataOf, otherData } from './data.ts';

const height = z.int().check(z.minimum(0));
const sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/));
const verdict = z.enum(['healthy', 'degraded', 'down']);
const someFields = z.nullable(z.record(z.string(), z.unknown()));

/** What an answer says of itself: where it came from, at which block, and through which block it is known to hold. */
export const meta = z.strictObject({
  source: z.enum(['cache', 'chain', 'database']),
  stale: z.boolean(),
  block,
  verifiedThrough: z.strictObject({ height, timestamp: z.iso.datetime() }),
  age: height,
  requestId: z.string(),
  conflict: z.optional(z.string()),
});

const problemMembers = {
  type: z.literal('about:blank'),
  title: z.string(),
  status: z.int().check(z.minimum(400), z.maximum(599)),
  detail: z.string(),
  code: z.enum([
    'invalid_request',
    'invalid_id',
    'unauthenticated',
    'forbidden',
    'not_found',
    'conflict_state',
    'too_old',
    'too_large',
    'chain_unavailable',
    'store_unavailable',
    'not_cached',
    'internal_error',
  ]),
  retryable: z.boolean(),
  requestId: z.string(),
  errors: z.optional(z.array(z.strictObject({ path: z.string(), message: z.string() }))),
};

/** RFC 9457. */
export const problem = z.strictObject(problemMembers);

/** The chain says that there is nothing, at the block in `meta`. */
export const absence = z.strictObject({ ...problemMembers, code: z.literal('not_found'), meta });

const answers = new Map<string, z.ZodMiniType>();

/** One entity of a kind: a schema per kind, always the same one. */
export function answerOf(kind: string): z.ZodMiniType {
  const known = answers.get(kind);
  if (known !== undefined) return known;
  const answer = z.strictObject({ data: dataOf[kind] ?? otherData, meta });
  answers.set(kind, answer);
  return answer;
}

export const batchRequest = z.strictObject({ refs });

const ref = z.strictObject({ kind: z.string(), id: z.string() });
const anyData = z.union([...Object.values(dataOf)] as [z.ZodMiniType, ...z.ZodMiniType[]]);

export const batch = z.strictObject({
  results: z.array(
    z.union([
      z.strictObject({ ref, data: anyData, meta }),
      z.strictObject({ ref, error: problem, meta: z.optional(meta) }),
    ]),
  ),
});

const next = z.nullable(z.string());

export const assetList = z.strictObject({
  items: z.array(answerOf('asset')),
  complete: z.boolean(),
  next,
  meta: z.strictObject({ source: z.literal('database'), block: z.nullable(block), requestId: z.string() }),
});

export const history = z.strictObject({
  ref: z.strictObject({ kind: z.string(), id: z.string() }),
  entries: z.array(
    z.strictObject({
      sequence: z.int().check(z.minimum(1)),
      cause: z.enum(['lookup', 'sync', 'reconciliation', 'resolution', 'review', 'submission']),
      actor: z.string(),
      before: someFields,
      after: someFields,
      block,
      timestamp: z.iso.datetime(),
      previousDigest: z.nullable(sha256),
      digest: sha256,
      unreadable: z.optional(z.literal(true)),
    }),
  ),
  next,
});

/** One node, as one process sees it. */
export const upstream = z.strictObject({
  name: z.string(),
  operator: z.nullable(z.string()),
  state: z.enum(['healthy', 'unhealthy', 'unknown']),
  reason: z.nullable(z.string()),
  standsStill: z.boolean(),
  height: z.nullable(height),
  lowestBlock: z.nullable(height),
  breaker: z.enum(['closed', 'open']),
  nextProbeAt: z.nullable(z.iso.datetime()),
  pausedMs: height,
  callsPerSecond: z.nullable(z.number()),
  latencyMs: z.nullable(z.strictObject({ p50: z.number(), p95: z.number() })),
  errorShare: z.nullable(z.number()),
  refuses: z.array(z.string()),
});

export const health = z.strictObject({
  status: verdict,
  components: z.strictObject({
    chain: z.strictObject({
      status: verdict,
      network: z.string(),
      stalled: z.boolean(),
      upstreams: z.array(upstream),
    }),
    store: z.strictObject({ status: verdict, cursor: z.nullable(block) }),
  }),
});

/** OpenAPI 3.1. */
export const description = z.looseObject({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) });
