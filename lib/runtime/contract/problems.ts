import * as z from 'zod/mini';
import { component, described } from './described.ts';
import { flag, listOf, object, oneOf, string } from './fields.ts';

const codes = [
  'invalid_request',
  'invalid_id',
  'unauthenticated',
  'forbidden',
  'not_found',
  'invalid_transaction',
  'rejected_by_chain',
  'idempotency_key_reused',
  'precondition_failed',
  'rate_limited',
  'conflict_state',
  'too_old',
  'cursor_gone',
  'block_gone',
  'too_large',
  'value_too_large',
  'value_unreadable',
  'collection_unreadable',
  'method_not_allowed',
  'unsupported_media_type',
  'uri_too_long',
  'headers_too_large',
  'expectation_failed',
  'timed_out',
  'chain_unavailable',
  'overloaded',
  'store_unavailable',
  'issuer_unavailable',
  'not_cached',
  'internal_error',
] as const;

export const problemMembers = {
  type: described(z.literal('about:blank'), 'Always `about:blank`: `code` says what happened'),
  title: string('What happened, in a few words; the same for each `code`'),
  status: described(z.int().check(z.minimum(400), z.maximum(599)), 'The HTTP status code of the answer'),
  detail: string('What happened to this request, in a sentence'),
  code: oneOf(codes, 'The error, for programs'),
  retryable: flag('true when the same request may succeed later without a change'),
  requestId: string('The id of the request, for the logs'),
  reason: z.optional(string('Of `rejected_by_chain`: the refusal in the words of the node')),
  nodeCode: z.optional(described(z.int(), 'Of `rejected_by_chain`: the JSON-RPC error code of the node')),
  oldest: z.optional(string('Of `cursor_gone`: the cursor behind which the oldest kept event comes')),
  lowestHeight: z.optional(described(z.int(), 'Of `block_gone`: the lowest block that a node holds')),
  explain: z.optional(
    string(
      'The path under which operators and auditors read for a day why the request failed; left out where that is not kept',
    ),
  ),
  errors: z.optional(
    listOf(
      object(
        {
          path: string('The field, parameter or header: `refs.0.id`, `minHeight`'),
          message: string('What is wrong with it, for example `must be JSON`'),
        },
        'One fault of the request',
      ),
      'The faults of the request, where faults have a place: the first ten; `detail` says how many more there are',
    ),
  ),
};

export const problemSchema = component('Problem', 'An error (RFC 9457)', z.strictObject(problemMembers));

export const throttledSchema = component(
  'Throttled',
  'The answer of API Gateway when it refuses a request',
  z.strictObject({ message: string('The reason, in the words of API Gateway: `Too Many Requests`') }),
);
