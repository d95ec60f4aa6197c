import * as z from 'zod/mini';
import { activityRoles } from '../../domain/activity.ts';
import { absenceSchema } from './answers.ts';
import { component } from './described.ts';
import { accountField, amountField, blockField, blockOrNull } from './entities.ts';
import { bigInteger, count, hash, listOf, object, oneOf, orNull, pageCursor, string } from './fields.ts';
import { always, type Operation, refused, retryLater } from './operation.ts';
import { activityFilter, entityPath, page } from './parameters.ts';

const purse = (description: string) => string(`${description}: \`uref-…\``);

const transfer = object(
  {
    from: accountField(
      'The account in whose name the transfer was made. The purse is `source`: a contract may pay from its own purse in the name of the account that called it.',
    ),
    to: orNull(z.string(), 'The account to which the transfer was made; null where the sender named a purse'),
    source: purse('The purse that was debited'),
    target: purse('The purse that was credited'),
    amount: amountField('The amount of the transfer'),
    id: orNull(
      bigInteger('A number below 2^64'),
      'The transfer id that the sender chose, exact; null where there is none',
    ),
  },
  'A transfer of CSPR',
);

const accountTransactionsSchema = component(
  'AccountTransactions',
  'Transactions of an account, newest first',
  z.strictObject({
    items: listOf(
      object(
        {
          role: oneOf(
            activityRoles,
            '`initiated`: the account sent the transaction; `transfer-in`, `transfer-out`: the transaction moved CSPR to the account, or from it. A transaction has one item for each of its parts that concern the account.',
          ),
          hash: hash('The hash of the transaction: 64 hexadecimal digits'),
          status: oneOf(
            ['processed', 'failed'],
            '`processed`: executed without an error; `failed`: executed with an error',
          ),
          block: blockField('The block in which the transaction was executed'),
          initiator: accountField('The account that sent the transaction'),
          cost: amountField('What the execution cost its initiator'),
          errorMessage: orNull(
            z.string(),
            'The error of a failed execution, its first 1,000 characters; null otherwise',
          ),
          transfer: orNull(transfer, 'The transfer; null for `initiated`'),
        },
        'One part of a transaction that concerns the account',
      ),
      'The page. It may have fewer items than `limit`, even none, while `next` is not null.',
    ),
    completeBlocks: orNull(
      object(
        {
          from: count(
            'The height of the first block: the one after the block at which tracking began, or after the last block that sync could not read',
          ),
          through: count('The height of the last block. Below `from`: no block yet'),
        },
        'A span of blocks',
      ),
      'Every transaction of these blocks that concerns the account is in the list. Items of older blocks are from an earlier time of tracking: they are true, and others may be missing among them. Null: the account is not tracked, since what was read of it could not be stored; ask again.',
    ),
    next: pageCursor(),
    meta: object(
      {
        source: oneOf(['database'], 'Always `database`'),
        block: blockOrNull('The last block that sync has applied; null before its first run'),
        requestId: string('The id of the request, for the logs'),
      },
      'Where the list comes from',
    ),
  }),
);

export const activityOperations: readonly Operation[] = [
  {
    operationId: 'listAccountTransactions',
    method: 'GET',
    path: '/v1/accounts/{id}/transactions',
    audience: 'reader',
    function: 'list-transactions',
    tag: 'Lookups',
    summary: 'List the transactions of an account',
    description:
      'Returns what an account has initiated and the transfers of CSPR to and from it, newest first, from the block at which the account began to be tracked. `completeBlocks` says for which blocks the list is complete. The first request for an account reads it from the chain, and tracking begins there. A transaction that is in no block yet is not in the list.',
    parameters: [...entityPath('/v1/accounts/{id}'), ...activityFilter, ...page],
    responses: {
      200: { description: 'A page of transactions.', schema: accountTransactionsSchema },
      404: {
        description: 'The chain has no such account at the block in `meta`. Never the answer to a failed read.',
        schema: absenceSchema,
        headers: ['Age', 'Cache-Control', 'Cache-Status', 'Casper-Block-Height', 'Vary'],
      },
      ...always,
      422: refused('What the chain holds of the account is above the size that is read. The same request fails again.'),
      501: refused(
        'The chain holds the account in a form that this service does not know. The same request fails again.',
      ),
      503: retryLater(
        'The database cannot be reached; or the account is not tracked yet, and no node answers. Or the request took too long.',
      ),
    },
  },
];
