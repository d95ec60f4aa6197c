import * as z from 'zod/mini';
import { component, described } from './described.ts';
import { blockOrNull } from './entities.ts';
import { count, flag, listOf, mapOf, object, oneOf, orNull, share, string, timestamp } from './fields.ts';
import { coverageOrNull, lagMembers, reconcileFromOrNull, stalledOrNull } from './figures.ts';
import { markerSchema } from './invalidations.ts';
import { always, guarded, type Operation } from './operation.ts';
import { ticks } from './sync.ts';

const verdict = (description: string) => oneOf(['healthy', 'degraded', 'down'], description);

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
const upstreams = () => listOf(upstreamSchema, 'The configured nodes');

const healthSchema = component(
  'Health',
  'Whether the service can answer, and from where',
  z.strictObject({
    status: verdict(
      '`healthy`: nodes and store work; `degraded`: answers are possible, but a part has a fault; `down`: neither chain nor store can be reached',
    ),
    components: object(
      {
        chain: object(
          {
            status: verdict('`healthy`: every node; `degraded`: some node answers; `down`: no node answers'),
            network: string('The name of the Casper network'),
            stalled: flag('true when no node that answers has a new block: the chain itself stands still'),
            upstreams: upstreams(),
          },
          'Whether the nodes answer, and the state of each',
        ),
        store: object(
          {
            status: verdict('`healthy` or `down`'),
            cursor: blockOrNull('The last block that sync has applied; null before its first run'),
          },
          'Whether the database answers, and how far sync has come',
        ),
      },
      'The parts of the service',
    ),
  }),
);

const readySchema = component(
  'Ready',
  'Whether the data is close enough to the chain',
  z.strictObject({
    ready: flag('true while the data is within the limit and sync advances'),
    reason: orNull(z.string(), 'Why the service is not ready; null while it is'),
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
        },
        'Figures of the store',
      ),
      'Figures of the store; null when the store cannot be read',
    ),
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
    audience: 'anyone',
    function: 'get-health',
    tag,
    summary: 'Get the health of the service',
    description:
      'Calls every node and reads the store. 200 while the service can answer from chain or store, 503 when it can answer from neither.',
    responses: {
      200: { description: 'Healthy or degraded: the service answers.', schema: healthSchema },
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
    description: 'Compares the lag behind the chain with its limit, from the figures in the store. No node is called.',
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
    audience: 'operator',
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
    responses: { 200: { description: 'An OpenAPI 3.1 document.', schema: openApiSchema }, ...always },
  },
];
