import * as z from 'zod/mini';
import { refMembers } from './answers.ts';
import { component, described } from './described.ts';
import { count, flag, listOf, mapOf, object, oneOf, orNull, share, string, timestamp } from './fields.ts';
import { coverageOrNull, lagMembers, reconcileFromOrNull, stalledOrNull, webhookFiguresOrNull } from './figures.ts';
import { markerSchema } from './invalidations.ts';
import { always, guarded, type Operation } from './operation.ts';
import { ifNoneMatch } from './parameters.ts';
import { ticks } from './sync.ts';

const upstreamSchema = component(
  'Upstream',
  'One node, as one process of the service sees it',
  z.strictObject({
    name: string('The configured name of the node, or its host and port; never its URL'),
    operator: orNull(z.string(), 'The configured operator of the node; null where none is configured'),
    state: oneOf(
      ['healthy', 'unhealthy', 'unknown'],
      '`healthy`: it answers and may be used; `unhealthy`: `reason` says why not; `unknown`: not called yet',
    ),
    reason: orNull(z.string(), 'Why the node is not used, or used last; null without a reason'),
    code: orNull(
      z.string(),
      'What kind of fault `reason` is about: `http_…` and `rpc_…` with the code that the node answered; `connection`, `timeout`, `body`, `form` of a failed request; `barred`, `overstates`, `paused`, `lags`, `stands_still`, `breaker`, `silent` (asked for this answer, and has not answered in time); null without a reason',
    ),
    method: orNull(z.string(), 'The JSON-RPC method that failed; null where no single request did'),
    since: orNull(
      z.iso.datetime(),
      'Since when the node is unwell, ISO 8601 in UTC; null while it is well, or unknown',
    ),
    standsStill: flag('true when the newest block of the node is older than it should be'),
    height: orNull(count('A height'), 'The newest block height whose state the node has; null until it is known'),
    lowestBlock: orNull(count('A height'), 'The lowest block height that the node has; null until it is known'),
    breaker: oneOf(['closed', 'open'], 'The circuit breaker: while it is `open`, only a probe is sent to the node'),
    nextProbeAt: orNull(
      z.iso.datetime(),
      'When the node may be probed next, ISO 8601 in UTC; null while the breaker is closed',
    ),
    pausedMs: count('For how long the node still asks not to be called, in milliseconds'),
    callsPerSecond: orNull(z.number(), 'The rate limit of this process in calls per second; null without a limit'),
    latencyMs: orNull(
      object(
        {
          p50: described(z.number(), 'The median, in milliseconds'),
          p95: described(z.number(), 'The 95th percentile, in milliseconds'),
        },
        'Latencies',
      ),
      'How long the latest calls of this process took; null after too few calls',
    ),
    errorShare: orNull(z.number(), 'The share of the latest calls that failed, 0 to 1; null after too few calls'),
    refuses: listOf(z.string(), 'The JSON-RPC methods that the node does not serve'),
  }),
);
const limited = () =>
  orNull(
    z.array(
      z.strictObject({
        caller: string(
          'The name of the principal; `address:` and the first half of the address of an anonymous caller',
        ),
        policy: oneOf(['requests', 'chain-reads'], 'Which limit is reached'),
        until: timestamp('When there is more, ISO 8601 in UTC'),
      }),
    ),
    'Callers who have nothing left of their limits now, at most 50; null when they could not be read',
  );

const upstreams = () => listOf(upstreamSchema, 'The configured nodes');

const reasonSchema = component(
  'HealthReason',
  'Why a part is not healthy, and what to do',
  z.strictObject({
    status: oneOf(['degraded', 'down', 'unknown'], 'How much the reason weighs; `unknown`: it is not known'),
    code: string('The kind of the reason, for programs: docs/operations.md lists them'),
    detail: string('A sentence'),
    since: orNull(z.iso.datetime(), 'Since when, ISO 8601 in UTC; null where it is not known'),
    action: string('What to do: a sentence that names the route or the setting'),
    node: orNull(z.string(), 'The name of the node; null where the reason is not about one'),
    method: orNull(z.string(), 'The JSON-RPC method that failed; null where no single request did'),
    table: orNull(z.string(), 'The table of the store, without its prefix; null where the reason is not about one'),
    ref: orNull(z.strictObject(refMembers), 'The record; null where the reason is not about one'),
  }),
);

const part = {
  status: oneOf(
    ['healthy', 'degraded', 'down', 'unknown'],
    'The worst of its reasons. `degraded`: it works in part, or a person has to act; `down`: it does not do its work; `unknown`: it is not known',
  ),
  since: orNull(
    z.iso.datetime(),
    'Since when it is not healthy, ISO 8601 in UTC: as stored, or since this process first saw it; null while it is healthy',
  ),
  reasons: listOf(reasonSchema, 'Why it is not healthy; empty while it is'),
};
const simplePart = (description: string) => object(part, description);

const healthSchema = component(
  'Health',
  'Every part of the service: whether it is healthy, since when it is not, why, and what to do',
  z.strictObject({
    status: oneOf(
      ['healthy', 'degraded', 'down'],
      '`healthy`: every part is; `degraded`: answers are possible, and some part is not healthy; `down`: neither chain nor store can be reached',
    ),
    components: object(
      {
        nodes: object({ ...part, upstreams: upstreams() }, 'The nodes. `down`: none answers'),
        chain: object(
          {
            ...part,
            network: string('The name of the Casper network'),
            stalled: flag('true when no node that answers has a new block: the chain itself stands still'),
          },
          'Whether the chain has new blocks; the nodes may be well while it has none',
        ),
        sync: object(
          { ...part, ...lagMembers },
          'Whether sync advances, and whether blocks were passed that no reconciliation has covered since',
        ),
        reads: simplePart('Reads of the store, by table, as this process has seen them'),
        writes: simplePart('Writes to the store, by table, as this process has seen them; this request has tried one'),
        conflicts: simplePart('Conflicts that await the decision of a person'),
        events: simplePart('Events that have waited for more than ten minutes to be published'),
        reconciliation: simplePart('Whether a reconciliation has finished in the last two hours, and what it has left'),
        audit: simplePart('Audit trails that the last reconciliation has found broken'),
        configuration: simplePart('The configured contracts, held against the chain once a minute'),
        collections: simplePart(
          'Configured collections of which some token could not be kept, and enumerations that do not move',
        ),
      },
      'The parts of the service',
    ),
    limited: limited(),
  }),
);

const readySchema = component(
  'Ready',
  'Whether the data is close enough to the chain',
  z.strictObject({
    ready: flag('true while the data is within the limit and sync advances'),
    reason: orNull(z.string(), 'Why the service is not ready; null while it is'),
    network: string('The name of the network, for example `casper`'),
    ...lagMembers,
    limitSeconds: count('How far the data may be behind the chain, in seconds'),
  }),
);

const driftMembers = {
  same: count('Samples in which the database had the same value as the chain'),
  differs: count('Samples in which the database had another value'),
  none: count('Samples for which the database had no value'),
  rate: orNull(share('A share'), '`differs` as a share of `same` and `differs`, 0 to 1; null without samples'),
  low: orNull(share('A share'), 'The lower bound of `rate` at 95 % confidence (Wilson); null without samples'),
  high: orNull(share('A share'), 'The upper bound of `rate` at 95 % confidence (Wilson); null without samples'),
};

const enumerationsOrNull = () =>
  orNull(
    object(
      {
        whole: count('Configured collections whose lists are whole'),
        notWhole: count('Those whose lists are not'),
        others: listOf(
          object(
            {
              collection: string('Its alias'),
              packageHash: string('Its package hash'),
              state: oneOf(
                ['none', 'enumerating', 'effects-only', 'broken', 'whole'],
                'As in `GET /v1/collections/{collection}`',
              ),
              reason: orNull(z.string(), 'Why it is not whole'),
              done: count('Places of the list of its contract that are done'),
              total: orNull(z.int().check(z.minimum(0)), 'How many there are; null where it is not known'),
              failed: count('Tokens that could not be kept'),
              tries: count('How often in a row an enumeration ended so'),
              failingSince: orNull(z.iso.datetime(), 'Since when, ISO 8601 in UTC; null where it does not fail'),
              triedAgainAt: orNull(z.iso.datetime(), 'When it is tried again, ISO 8601 in UTC'),
              updatedAt: orNull(z.iso.datetime(), 'When it moved last, ISO 8601 in UTC; null before it has begun'),
            },
            'One collection',
          ),
          'Those that are not whole, the failing ones first, at most 100',
        ),
      },
      'How far the enumerations of the configured collections are',
    ),
    'How far the configured collections are enumerated; null when it could not be read',
  );

const statsSchema = component(
  'Stats',
  'Figures of one process, and of the store that all processes share',
  z.strictObject({
    instance: object(
      {
        startedAt: timestamp('When the process started, ISO 8601 in UTC'),
        answers: mapOf(
          object(
            {
              cache: count('Answers from the cache'),
              chain: count('Answers from the chain'),
              database: count('Answers from the database'),
              absent: count('Answers that the entity does not exist; each also counts by its source'),
            },
            'Answers about one kind',
          ),
          'Answers since the start, by kind',
        ),
        hitRate: orNull(
          share('A share'),
          'The share of answers that came from the cache, 0 to 1; null without answers',
        ),
        counts: mapOf(
          count('A count'),
          'Counts since the start, by metric; a metric that was never counted is left out',
        ),
        chainCalls: count('JSON-RPC requests to nodes since the start'),
        upstreams: upstreams(),
      },
      'Figures of the process that answers',
    ),
    store: orNull(
      object(
        {
          ...lagMembers,
          stalled: stalledOrNull(),
          reconcileFrom: reconcileFromOrNull(),
          lastTicks: ticks(),
          conflicts: object(
            {
              open: count('Conflicts that the service resolves by itself'),
              awaitingReview: count('Conflicts that wait for the decision of a person'),
            },
            'Unresolved conflicts',
          ),
          invalidations: listOf(markerSchema, 'The markers of invalidations, at most 50'),
          coverage: coverageOrNull(
            'How much of the store was compared with the chain; null when it could not be counted',
          ),
          drift: orNull(
            object(
              {
                days: listOf(
                  object({ day: described(z.iso.date(), 'The day in UTC'), ...driftMembers }, 'One day'),
                  'Days, newest first; a day without samples is left out',
                ),
                sevenDays: object(driftMembers, 'The last seven days together'),
              },
              'Samples',
            ),
            'How often the database had another value than the chain, in samples of ordinary answers; null when it could not be read',
          ),
          webhooks: webhookFiguresOrNull(),
          collections: enumerationsOrNull(),
          hotKeys: orNull(
            z.array(z.strictObject(refMembers)),
            'The entities that all processes together have answered most often in the last quarter of an hour, most often first, at most 50; null when they could not be read',
          ),
        },
        'Figures of the store',
      ),
      'Figures of the store; null when the store cannot be read',
    ),
    limited: limited(),
    note: string('Which processes the figures cover'),
  }),
);

const openApiSchema = component(
  'OpenApi',
  'An OpenAPI 3.1 document',
  z.looseObject({
    openapi: string('The version of OpenAPI'),
    paths: mapOf(z.unknown(), 'The operations, by path and method'),
  }),
);

const tag = 'Status';

export const statusOperations: readonly Operation[] = [
  {
    operationId: 'getHealth',
    method: 'GET',
    path: '/v1/health',
    audience: 'auditor',
    function: 'get-health',
    tag,
    summary: 'Get the health of the service',
    description:
      'Calls every node, reads the store and tries a write. For each part: its status, since when, why and what to do. 200 while the service can answer from chain or store, 503 when it can answer from neither. `GET /v1/ready` is the short form for anyone.',
    responses: {
      200: { description: 'Healthy or degraded: the service answers.', schema: healthSchema },
      ...guarded,
      ...always,
      503: {
        description: 'Down: neither chain nor store can be reached. Or the request took too long.',
        schema: healthSchema,
        orProblem: true,
      },
    },
  },
  {
    operationId: 'getReady',
    method: 'GET',
    path: '/v1/ready',
    audience: 'anyone',
    function: 'get-ready',
    tag,
    summary: 'Get the readiness of the service',
    description:
      'Compares the lag behind the chain with its limit, from the figures in the store. No node is called, and none is named. An answer with 200 may be five seconds old.',
    responses: {
      200: { description: 'The data is within its limit, and sync advances.', schema: readySchema },
      ...always,
      503: {
        description: 'Not ready: `reason` says why. Or the request took too long.',
        schema: readySchema,
        orProblem: true,
      },
    },
  },
  {
    operationId: 'getStats',
    method: 'GET',
    path: '/v1/stats',
    audience: 'auditor',
    function: 'get-stats',
    tag,
    summary: 'Get figures of the service',
    description:
      'Returns what this process has counted since it started, and the figures of the store. CloudWatch has the figures of all processes.',
    responses: { 200: { description: 'The figures.', schema: statsSchema }, ...guarded, ...always },
  },
  {
    operationId: 'getOpenApi',
    method: 'GET',
    path: '/v1/openapi.json',
    audience: 'anyone',
    function: 'get-openapi',
    tag,
    summary: 'Get this document',
    description: 'Returns the description of this API.',
    parameters: [ifNoneMatch],
    responses: {
      200: { description: 'An OpenAPI 3.1 document.', schema: openApiSchema, headers: ['ETag'] },
      304: { description: 'The document that the client has is current.', headers: ['ETag'] },
      ...always,
    },
  },
];
