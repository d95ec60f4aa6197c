import * as z from 'zod/mini';
import { absenceSchema, ref } from './answers.ts';
import { component, described } from './described.ts';
import { amountField, blockField, blockOrNull, validatorField } from './entities.ts';
import { count, listOf, object, oneOf, orNull, pageCursor, string } from './fields.ts';
import { always, type Operation, refused, retryLater } from './operation.ts';
import { entityPath, eraRange, page } from './parameters.ts';

const eras = (first: string, last: string) => z.strictObject({ fromEra: count(first), toEra: count(last) });

const rewardsSchema = component(
  'Rewards',
  'What an account received for its stakes, era by era',
  z.strictObject({
    ref: ref('The staking position'),
    range: orNull(
      eras('The first era', 'The last era'),
      'The eras that the answer is about, as far as they are kept: at most the newest 1,000 of those that were asked for; null where none of them is kept',
    ),
    kept: orNull(
      eras('The first era that is kept', 'The last era that has ended at the block in `meta`'),
      'From which era on rewards are kept: since sync follows the chain, for all accounts; null before an era has ended since then',
    ),
    sum: object(
      {
        amount: amountField('The sum'),
        eras: count('Of how many eras it is: those of `range` that are not missing'),
      },
      'What the account received in all eras of `range` that are known, also those on other pages',
    ),
    missing: listOf(
      z.strictObject({ fromEra: count('The first of them'), toEra: count('The last of them') }),
      'Eras of `range` of which nothing is known: no node served them when they ended. They are in no sum. They are read again every hour',
    ),
    completeBlocks: orNull(
      z.strictObject({ from: count('The first block'), through: count('The last block') }),
      'Every reward that these blocks paid is in `items`, on one of the pages. Below `from` an era is missing, was not asked for, or ended before rewards were kept; through the last followed block where the newest era was asked for. null where the newest era of `range` is missing, or there is no range',
    ),
    items: listOf(
      object(
        {
          era: count('The era'),
          block: blockField('The switch block that ended the era and paid'),
          amount: amountField('What the account received in the era: 0 where it received nothing'),
          shares: listOf(
            object(
              {
                validator: validatorField('The public key of the validator, in hexadecimal'),
                as: oneOf(
                  ['validator', 'delegator'],
                  '`validator`: by its own bid; `delegator`: by its delegation to the validator',
                ),
                amount: amountField('What it received from there'),
              },
              'One share',
            ),
            'What the amount is made of, by validator',
          ),
        },
        'One era',
      ),
      'The known eras of `range`, newest first',
    ),
    next: pageCursor(),
    meta: object(
      {
        source: described(z.literal('database'), 'Always `database`'),
        block: blockOrNull('The last block that sync has applied; null before its first run'),
        requestId: string('The id of the request, for the logs'),
      },
      'Where the answer comes from',
    ),
  }),
);

export const rewardOperations: readonly Operation[] = [
  {
    operationId: 'getRewards',
    method: 'GET',
    path: '/v1/accounts/{id}/staking/rewards',
    audience: 'reader',
    function: 'get-rewards',
    tag: 'Lookups',
    summary: "List an account's staking rewards, era by era",
    description:
      'Returns what an account received as validator and as delegator, era by era, and the sum. Rewards are kept for all accounts from the era on in which sync began to follow the chain; `kept` names it. What is not known is named in `missing`, and is in no sum; `completeBlocks` says of which blocks nothing is missing.',
    parameters: [...entityPath('/v1/accounts/{id}/staking/rewards'), ...eraRange, ...page],
    responses: {
      200: { description: 'A page of eras, and the sum of all eras that were asked for.', schema: rewardsSchema },
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
        'The database cannot be reached; or the account has no rewards and is not known here, and no node answers. Or the request took too long.',
      ),
    },
  },
];
