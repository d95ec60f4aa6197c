import * as z from 'zod/mini';
import { hopSteps, keptReasons } from '../../domain/explanation.ts';
import { component, described } from './described.ts';
import { count, flag, hash, listOf, object, oneOf, orNull, string, timestamp } from './fields.ts';
import { always, guarded, noStore, type Operation, refused } from './operation.ts';
import { explainedRequestId } from './parameters.ts';

const hopSchema = object(
  {
    at: count('Milliseconds since the request began'),
    step: oneOf(
      hopSteps,
      'What was asked or done: `asked` is the request with its limits, `snapshot` what sync had followed, `lease` which of all processes reads, `node` one call to a node or what bars it, `retry` a new round of all nodes, `answer` the verdict',
    ),
    outcome: string('What came of it, in a word or two; of an `answer` its source, or the code of its error'),
    ref: z.optional(string('The entity: `<kind>#<id>`')),
    node: z.optional(string('The node, by its configured name')),
    method: z.optional(string('The JSON-RPC method')),
    tookMs: z.optional(count('Milliseconds')),
    waitedMs: z.optional(
      count(
        "Milliseconds before the call left, for the node's rate limit or a connection; of a `retry`: until the next round",
      ),
    ),
    breaker: z.optional(oneOf(['open', 'closed'], 'Whether the node is set aside after failures')),
    height: z.optional(
      count('The block: of `snapshot` the cursor, of `cache` and `answer` the one it is verified through'),
    ),
    age: z.optional(count('Age in seconds')),
    limit: z.optional(described(z.number(), 'Seconds: how old it may be; -1: it may not be used at any age')),
    stale: z.optional(flag('Of an `answer`: it is older than its limit')),
    conflict: z.optional(hash('The id of the conflict')),
    why: z.optional(string('The reason, in a sentence')),
  },
  'One step on the way to the answer',
);

const explanationSchema = component(
  'Explanation',
  'Why a request was answered as it was',
  z.strictObject({
    requestId: string('The id of the request'),
    route: string('The route that was called'),
    at: timestamp('When the request began'),
    tookMs: count('Milliseconds until the answer was ready'),
    keptBecause: oneOf(keptReasons, 'Why this is kept: the request failed, had a stale answer, or was sampled'),
    status: count('The HTTP status of the answer'),
    code: orNull(z.string(), 'The code of the error; null: no error'),
    detail: orNull(z.string(), 'What the error said; null: no error'),
    hops: listOf(hopSchema, 'The steps in order: all, or the first 60 and the last 40'),
    leftOut: count('How many steps between those are left out'),
  }),
);

export const explanationOperations: readonly Operation[] = [
  {
    operationId: 'getExplanation',
    method: 'GET',
    path: '/v1/explain/{requestId}',
    audience: 'auditor',
    function: 'get-explanation',
    tag: 'Status',
    summary: 'Get why a request was answered as it was',
    description:
      'Returns each step of one request, with what the cache said, which nodes were asked and what they answered, and the verdict. For a day are kept requests that failed, requests with a stale answer, and a share of the others, of each process a few a second. An error whose explanation is kept names its path as `explain`.',
    parameters: [explainedRequestId],
    responses: {
      200: { description: 'The explanation.', schema: explanationSchema },
      ...guarded,
      404: refused('Nothing is kept of this request.'),
      ...always,
      ...noStore,
    },
  },
];
