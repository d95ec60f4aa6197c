import * as z from 'zod/mini';
import { component } from './described.ts';
import { count, hash, oneOf, orNull, string, timestamp } from './fields.ts';
import { always, bodyRefused, guarded, noStoreOrChain, type Operation, refusedOrLater } from './operation.ts';
import { idempotencyKey } from './parameters.ts';

const signedTransactionSchema = component(
  'SignedTransaction',
  'A signed transaction as SDKs write it: `{"Version1": …}`, `{"Deploy": …}`, either of them under `transaction`, or bare',
  z.record(z.string(), z.unknown()),
);

const submissionSchema = component(
  'Submission',
  'A submitted transaction',
  z.strictObject({
    hash: hash('The hash of the transaction: 64 hexadecimal digits'),
    type: oneOf(['Version1', 'Deploy'], 'The kind of the transaction'),
    state: oneOf(
      ['sending', 'accepted', 'unknown', 'ended', 'expired'],
      '`accepted`: a node has it, and it waits for a block. `unknown`: it was sent, and the node broke off: it may be at the node. `sending`: another process is sending it. `ended`: it is in a block. `expired`: it can be in no block any more.',
    ),
    initiator: string('The account: a public key in hexadecimal, or `account-hash-…`'),
    timestamp: timestamp('The time that the transaction names, ISO 8601 in UTC'),
    validUntil: timestamp('After this time no block can hold it, ISO 8601 in UTC'),
    outcome: orNull(
      oneOf(['processed', 'failed'], 'How it ended'),
      'How its execution ended; null: it is in no block that this service knows of',
    ),
    executedAt: orNull(
      z.strictObject({ height: count('The height of the block'), hash: hash('The hash of the block') }),
      'The block that holds it; null: none is known',
    ),
    node: orNull(z.string(), 'The node that has it; null: none is known'),
    since: timestamp('When this state was reached, ISO 8601 in UTC'),
  }),
);

export const submissionOperations: readonly Operation[] = [
  {
    operationId: 'submitTransaction',
    method: 'POST',
    path: '/v1/transactions',
    audience: 'writer',
    function: 'submit',
    tag: 'Transactions',
    summary: 'Submit a signed transaction',
    description:
      'Checks a transaction that the client has signed, and sends it to one node, unchanged. The same transaction again, also at the same time and after a broken connection, gets the same answer and is sent once. ' +
      'The service holds no key. It refuses what no node accepts: another chain, a wrong hash or signature, no approvals or more than 100, a time to live beyond two hours, an expired one. Follow it at `Location`, with `wait`.',
    parameters: [idempotencyKey],
    body: signedTransactionSchema,
    responses: {
      202: {
        description: 'A node has the transaction, or may have it (`state`).',
        schema: submissionSchema,
        headers: ['Location', 'Retry-After'],
      },
      422: refusedOrLater(
        'A node refuses the transaction: `reason` and `nodeCode` are its own words and code. `retryable` where only a clock is ahead. Or `Idempotency-Key` was used for another transaction.',
      ),
      ...bodyRefused,
      ...guarded,
      ...always,
      400: refusedOrLater(
        'No node would accept the transaction, or the request is not valid: `errors` lists every fault. `retryable` where only a clock is ahead.',
      ),
      ...noStoreOrChain,
    },
  },
];
