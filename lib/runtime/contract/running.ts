import * as z from 'zod/mini';
import { invalidation } from '../requests.ts';
import { upstream } from './answers.ts';
import { block } from './data.ts';
import { defect, guarded, invalid, later, noStore, type Operation, tooLarge } from './outcomes.ts';
import { auditSpan, page } from './parameters.ts';
import { tick } from './sync.ts';

const whole = z.int().check(z.minimum(0));
const moment = z.iso.datetime();
const sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/));
const someFields = z.nullable(z.record(z.string(), z.unknown()));
const next = z.nullable(z.string());
const head = z.nullable(z.strictObject({ ...block.shape, seenAt: moment }));
/** By name; there is none of those that did not happen. */
const counts = z.record(z.string(), whole);

/** How far the data is behind the chain. */
const lag = {
  cursor: z.nullable(block),
  head,
  lagBlocks: z.nullable(whole),
  lagSeconds: z.nullable(whole),
};

export const ready = z.strictObject({
  ready: z.boolean(),
  reason: z.nullable(z.string()),
  ...lag,
  limitSeconds: whole,
});

const share = z.number().check(z.minimum(0), z.maximum(1));

/**
 * How much of the store was held against the chain within 24 hours, and since when the one that has waited longest was not.
 * Null where it was not counted. `oldest` is ISO 8601, unless somebody else has written the row.
 */
export const coverage = z.nullable(
  z.strictObject({
    records: whole,
    verified: whole,
    share: z.nullable(share),
    oldest: z.nullable(z.string()),
    oldestSeconds: z.nullable(whole),
    at: moment,
  }),
);

/** Of answers by the chain that were sampled, how those compared that the database would have given; Wilson's interval of 95 %. */
const driftMembers = {
  same: whole,
  differs: whole,
  none: whole,
  rate: z.nullable(share),
  low: z.nullable(share),
  high: z.nullable(share),
};

const marker = z.strictObject({ kind: z.string(), prefix: z.string(), height: whole });

export const stats = z.strictObject({
  instance: z.strictObject({
    startedAt: moment,
    answers: z.record(z.string(), z.strictObject({ cache: whole, chain: whole, database: whole, absent: whole })),
    hitRate: z.nullable(z.number().check(z.minimum(0), z.maximum(1))),
    counts,
    chainCalls: whole,
    upstreams: z.array(upstream),
  }),
  store: z.nullable(
    z.strictObject({
      ...lag,
      stalled: z.nullable(z.strictObject({ since: moment, reason: z.string() })),
      reconcileFrom: z.nullable(z.strictObject({ height: whole, reason: z.string(), at: moment })),
      lastTicks: z.array(tick),
      conflicts: z.strictObject({ open: whole, awaitingReview: whole }),
      invalidations: z.array(marker),
      coverage,
      drift: z.nullable(
        z.strictObject({
          days: z.array(z.strictObject({ day: z.iso.date(), ...driftMembers })),
          sevenDays: z.strictObject(driftMembers),
        }),
      ),
    }),
  ),
  note: z.string(),
});

export const invalidationRequest = invalidation;

export const invalidationResult = z.strictObject({
  marker: z.nullable(marker),
  renewed: whole,
  remaining: whole,
  next,
  warmed: whole,
});

const brokenLink = z.strictObject({
  ref: z.strictObject({ kind: z.string(), id: z.string() }),
  sequence: whole,
  problem: z.string(),
});

export const auditReport = z.strictObject({
  from: moment,
  until: moment,
  entries: z.array(
    z.strictObject({
      timestamp: moment,
      kind: z.string(),
      id: z.string(),
      sequence: whole,
      cause: z.string(),
      actor: z.string(),
      fields: z.array(z.string()),
      before: someFields,
      after: someFields,
      blockHeight: z.nullable(whole),
      blockHash: z.nullable(sha256),
      digest: sha256,
      previousDigest: z.nullable(sha256),
    }),
  ),
  next,
  summary: z.strictObject({
    entries: whole,
    byCause: counts,
    byKind: counts,
    trails: whole,
    chainsWhole: z.boolean(),
    firstBroken: z.nullable(brokenLink),
  }),
});

/** Whether the service is fit to be used, and what operators do about it. */
export const runningOperations: readonly Operation[] = [
  {
    operationId: 'getReady',
    method: 'get',
    path: '/v1/ready',
    summary: 'Whether the data is within its limit of lag behind the chain',
    parameters: [],
    responses: {
      200: { description: 'It is', schema: ready },
      ...defect,
      503: { description: 'It is not, or the store cannot be read; `reason` says why', schema: ready },
    },
  },
  {
    operationId: 'getStats',
    method: 'get',
    path: '/v1/stats',
    summary: "What this instance has counted since it started, and the store's figures",
    role: 'operator',
    parameters: [],
    responses: { 200: { description: 'Figures', schema: stats }, ...guarded, ...defect },
  },
  {
    operationId: 'invalidate',
    method: 'post',
    path: '/v1/invalidations',
    summary:
      'Makes what the cache has of a kind, a collection or an owner be read again: everything read at or below the ' +
      'newest known block counts as a miss; the entries of what an owner has, and of the owner as an account, are read ' +
      'again one by one',
    role: 'operator',
    parameters: [],
    body: invalidationRequest,
    responses: {
      202: { description: 'What was done, and what is left to be asked for with `cursor`', schema: invalidationResult },
      ...invalid,
      ...guarded,
      ...tooLarge,
      ...defect,
      503: later('The store, or the chain, cannot be reached'),
    },
  },
  {
    operationId: 'getAuditReport',
    method: 'get',
    path: '/v1/audit',
    summary: 'All audit entries of a span of time, oldest first, with a summary',
    role: 'operator',
    parameters: [...auditSpan, ...page.filter(({ name }) => name === 'cursor')],
    responses: {
      200: { description: 'Entries', schema: auditReport, orAs: 'text/csv' },
      ...invalid,
      ...guarded,
      ...defect,
      ...noStore,
    },
  },
];
