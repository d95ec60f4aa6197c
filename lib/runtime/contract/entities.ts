import * as z from 'zod/mini';
import { component, described } from './described.ts';
import {
  anyFieldsOrNull,
  anyObject,
  bigInteger,
  count,
  flag,
  hash,
  listOf,
  object,
  oneOf,
  orNull,
  string,
  timestamp,
} from './fields.ts';

const publicKey = z.string().check(z.regex(/^0(1[0-9a-f]{64}|2[0-9a-f]{66})$/));
const accountHash = z.string().check(z.regex(/^account-hash-[0-9a-f]{64}$/));

export const accountField = (description: string) => described(accountHash, description);
export const validatorField = (description: string) => described(publicKey, description);
const kind = <const Name extends string>(name: Name) =>
  described(z.literal(name), `The kind of the entity: \`${name}\``);
const local = () =>
  anyFieldsOrNull(
    "The own data of the caller's application for the entity, which the chain knows nothing of; null where there is none, and for every caller without an application",
  );

const amountSchema = component(
  'Amount',
  'An amount of CSPR, exact, in two units. 1 CSPR is 1,000,000,000 motes.',
  z.strictObject({
    motes: bigInteger('The amount in motes'),
    cspr: described(
      z.string().check(z.regex(/^\d+(\.\d{1,9})?$/)),
      'The same amount in CSPR, with up to nine decimal places',
    ),
  }),
);
export const amountField = (description: string) => described(amountSchema, description);

export const blockSchema = component(
  'Block',
  'One block of the chain',
  z.strictObject({
    height: count('The height of the block'),
    hash: hash('The hash of the block: 64 hexadecimal digits'),
    timestamp: timestamp('The time of the block by the clock of the chain, ISO 8601 in UTC'),
  }),
);
export const blockField = (description: string) => described(blockSchema, description);
export const blockOrNull = (description: string) => orNull(blockSchema, description);

const assetSchema = component(
  'Asset',
  'A token of a CEP-78, CEP-95 or CEP-47 collection',
  z.strictObject({
    kind: kind('asset'),
    id: string('The id of the asset: `<package hash>:<token id>`'),
    collection: orNull(z.string(), 'The configured alias of the collection; null where it has none'),
    standard: oneOf(['cep78', 'cep47', 'cep95'], 'The token standard of the contract'),
    packageHash: hash('The hash of the contract package of the collection: 64 hexadecimal digits'),
    contractHash: orNull(
      hash('The hash of a contract'),
      'The hash of the newest enabled contract version; null where the package has none',
    ),
    tokenId: string('The id of the token within its collection'),
    owner: orNull(
      z.string(),
      'The owner: `account-hash-…`, or `hash-…` of a contract or package; null where the token has no owner',
    ),
    burnt: flag('true when the token is burnt'),
    approved: orNull(
      z.string(),
      'The account or contract that may transfer the token for its owner, written like `owner`; null without an approval',
    ),
    metadata: described(
      z.union([z.null(), z.string(), anyObject, z.array(z.unknown())]),
      'The metadata of the token: parsed where the chain holds JSON, else the text; null where there is none',
    ),
    assetValue: orNull(
      z.string(),
      'The value of the asset as its metadata states it, at the JSON pointer that the collection configures; null where there is no text',
    ),
    verified: orNull(
      z.boolean(),
      'The verification mark of the metadata, at the JSON pointer that the collection configures; null where there is no boolean',
    ),
    local: local(),
  }),
);

const hold = object(
  {
    amount: amountField('The amount as it was held at first'),
    kind: orNull(
      z.enum(['gas', 'processing']),
      'What it is held for: `gas` for the fee of a transaction, `processing` while a transaction runs; null where the node does not show it',
    ),
    since: timestamp('The time of the block that began the hold, ISO 8601 in UTC'),
    until: orNull(
      timestamp('A time, ISO 8601 in UTC'),
      'The hold is in effect in each block through this time, and in no later one; null where the rules of the network cannot be read',
    ),
    handling: orNull(
      z.enum(['accrued', 'amortized']),
      '`accrued`: all of it is kept back until its end. `amortized`: it is released evenly, a little in every block. null where the rules of the network cannot be read',
    ),
  },
  'One hold',
);

const accountSchema = component(
  'Account',
  'The balance of an account',
  z.strictObject({
    kind: kind('account'),
    id: accountField('The account hash: `account-hash-` and 64 hexadecimal digits'),
    mainPurse: described(
      z.string().check(z.regex(/^uref-[0-9a-f]{64}-00[0-7]$/)),
      'The main purse of the account: a URef with its access rights',
    ),
    balance: amountField('The same as `total`'),
    total: amountField('The whole balance of the main purse, with amounts on hold'),
    available: amountField('The part of the balance that is not on hold'),
    holds: orNull(
      z.array(hold),
      'The parts that are on hold, the oldest first; an empty list where everything is available; null where no node serves them',
    ),
    local: local(),
  }),
);

const delegation = object(
  {
    validator: validatorField('The public key of the validator, in hexadecimal'),
    staked: amountField('The amount that is staked with this validator'),
  },
  'One delegation',
);
const unbonding = object(
  {
    validator: validatorField('The public key of the validator that the stake leaves, in hexadecimal'),
    amount: amountField('The amount that is being withdrawn'),
    eraOfCreation: count('The era in which the withdrawal began'),
    redelegatesTo: orNull(
      publicKey,
      'The public key of the validator that gets the stake next; null where the stake returns to the account',
    ),
  },
  'One withdrawal under way',
);

const stakingSchema = component(
  'Staking',
  'The staking position of an account',
  z.strictObject({
    kind: kind('staking'),
    id: accountField('The account hash: `account-hash-` and 64 hexadecimal digits'),
    totalStaked: amountField('The sum of all delegations'),
    delegations: listOf(delegation, 'The delegations, ordered by the public key of the validator'),
    unbondings: listOf(unbonding, 'The withdrawals under way, ordered by the public key of the validator'),
    bid: orNull(
      object(
        {
          staked: amountField('The own stake of the validator'),
          delegationRate: count('The share of the rewards that the validator keeps, in percent'),
          inactive: flag('true when the bid takes no part in the auction'),
        },
        'A validator bid',
      ),
      'The bid of the account as a validator; null where it has none',
    ),
    complete: flag(
      'true when a node gave every bid of the account; false when only the known validators were read, so that a delegation may be missing',
    ),
    rewards: orNull(
      object(
        { era: count('The era of the rewards'), amount: amountField('The rewards of this era') },
        'Rewards of one era',
      ),
      'The rewards of the latest era that has ended; null where no era has ended, or no node has its summary',
    ),
    liquid: orNull(
      object(
        {
          balance: bigInteger('The balance in the smallest unit of the token'),
          exchangeRate: orNull(
            z.string(),
            'CSPR per token, a decimal number rounded down to 18 places; null while the contract has no rate',
          ),
          value: orNull(
            amountSchema,
            'The balance in CSPR, rounded down to motes; null while the contract has no rate',
          ),
        },
        'A balance of a liquid-staking token',
      ),
      'The position in the configured liquid-staking contract; null where none is configured',
    ),
    local: local(),
  }),
);

const transfer = object(
  {
    from: accountField('The account hash of the sender'),
    to: orNull(
      accountHash,
      'The account hash of the recipient; null where the recipient is a purse without an account',
    ),
    amount: amountField('The amount of the transfer'),
    id: orNull(bigInteger('A number'), 'The transfer id that the sender chose; null where there is none'),
  },
  'One transfer of CSPR',
);

const transactionSchema = component(
  'Transaction',
  'A transaction or deploy, and the result of its execution',
  z.strictObject({
    kind: kind('transaction'),
    id: hash('The hash of the transaction: 64 hexadecimal digits'),
    hash: hash('The same as `id`'),
    type: oneOf(['Version1', 'Deploy'], '`Version1`: a transaction of Casper 2; `Deploy`: a deploy of Casper 1'),
    status: oneOf(
      ['pending', 'processed', 'failed', 'expired'],
      '`pending`: not executed yet; `processed`: executed without an error; `failed`: executed with an error; `expired`: its time to live has passed and it was not executed',
    ),
    initiator: described(
      z.union([publicKey, accountHash]),
      'The account that sent the transaction: a public key in hexadecimal, or `account-hash-…`',
    ),
    timestamp: timestamp('When the transaction was created, ISO 8601 in UTC'),
    ttl: string('The time to live from `timestamp` on, as the chain writes it: `30m`, `2h`'),
    executedAt: orNull(
      object({ height: count('The height of the block'), hash: hash('The hash of the block') }, 'A block'),
      'The block in which the transaction was executed; null while it was not executed',
    ),
    cost: orNull(amountSchema, 'What the execution cost; null while it was not executed'),
    consumed: orNull(bigInteger('Gas'), 'The gas that the execution consumed; null while it was not executed'),
    refund: orNull(amountSchema, 'The refund of the execution; null where the chain states none'),
    errorMessage: orNull(z.string(), 'The error of a failed execution; null otherwise'),
    transfers: listOf(transfer, 'The CSPR transfers of the execution, in their order'),
    local: local(),
  }),
);

export const wholenessMembers = {
  state: oneOf(
    ['none', 'enumerating', 'whole', 'effects-only', 'broken'],
    '`whole`: all tokens are known, and kept current. `enumerating`: they are being read. `effects-only`: the contract lists its tokens nowhere, so that those are known that were written since, or asked for. `broken`: they were all known; some may not be now, until they are enumerated again. `none`: they were not enumerated',
  ),
  through: blockOrNull('The last block through which all tokens are known; null where they are not'),
  reason: orNull(z.string(), 'Why they are not known, as a sentence; null where they are'),
};

const tokensSchema = component(
  'Tokens',
  'How many tokens of a collection are known, and whether these are all',
  z.strictObject({
    tracked: orNull(
      z.int().check(z.minimum(0)),
      'How many tokens have a record, burnt ones included; null: not counted yet',
    ),
    burnt: orNull(z.int().check(z.minimum(0)), 'How many of these are burnt; null: not counted yet'),
    holders: orNull(z.int().check(z.minimum(0)), 'How many owners they have; null: not counted yet'),
    block: blockOrNull(
      'The block at which the three numbers are exactly those of the chain; null where not all tokens are known: they say what the database has',
    ),
    whole: object(
      {
        ...wholenessMembers,
        progress: orNull(
          object(
            {
              done: count('How many places of the list of the contract were read'),
              total: orNull(z.int().check(z.minimum(0)), 'How many it has; null where it has no list'),
              startedAt: timestamp('When it began, ISO 8601 in UTC'),
            },
            'How far the enumeration is',
          ),
          'How far the latest enumeration is, or was; null before the first one',
        ),
      },
      'Whether all tokens are known',
    ),
  }),
);

const collectionSchema = component(
  'Collection',
  'A CEP-78, CEP-95 or CEP-47 collection, as its contract describes it',
  z.strictObject({
    kind: kind('collection'),
    id: hash('The hash of the contract package of the collection: 64 hexadecimal digits'),
    alias: orNull(z.string(), 'The configured alias of the collection; null where it has none'),
    packageHash: hash('The same as `id`'),
    contractHash: orNull(
      hash('The hash of a contract'),
      'The hash of the newest enabled contract version; null where the package has none',
    ),
    standard: oneOf(['cep78', 'cep47', 'cep95'], 'The token standard of the contract'),
    name: orNull(z.string(), 'The name of the collection; null where its contract says none'),
    symbol: orNull(z.string(), 'The symbol of the collection; null where its contract says none'),
    supply: orNull(
      bigInteger('A number of tokens'),
      'The most tokens that there may be; null where the contract sets no limit that is known',
    ),
    minted: orNull(
      bigInteger('A number of tokens'),
      'How many tokens were ever minted, burnt ones included; null where the contract does not count them',
    ),
    tokens: orNull(
      tokensSchema,
      'What this service knows of the tokens; null where that could not be read, and in the history',
    ),
    local: local(),
  }),
);

/** The schema of a kind that has none of its own. */
export const otherDataSchema = z.looseObject({
  kind: string('The kind of the entity'),
  id: string('The id of the entity'),
});

export const dataSchemas: Readonly<Record<string, z.ZodMiniType>> = {
  asset: assetSchema,
  account: accountSchema,
  staking: stakingSchema,
  transaction: transactionSchema,
  collection: collectionSchema,
};
