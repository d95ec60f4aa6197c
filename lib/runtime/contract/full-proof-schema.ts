import * as z from 'zod/mini';
import { component, described } from './described.ts';
import { anyObject, bigInteger, count, hash, listOf, mapOf, object, orNull, string, timestamp } from './fields.ts';

const hex = (description: string) => described(z.string().check(z.regex(/^([0-9a-f]{2})+$/)), description);

const signedHeaderSchema = component(
  'SignedHeader',
  'The header of a block, with the signatures of validators',
  z.strictObject({
    hash: hash('The BLAKE2b-256 hash of the serialised header, which validators sign'),
    header: described(anyObject, 'The header, as nodes write it in JSON'),
    signatures: listOf(
      object(
        {
          publicKey: hex('The public key of the validator in lower-case hexadecimal, with the byte of its algorithm'),
          signature: hex('Its signature in lower-case hexadecimal, with the byte of its algorithm'),
        },
        'A signature',
      ),
      'Signatures of validators that are known by then, each once. Of a switch block no more than suffice',
    ),
  }),
);

const hold = object(
  {
    amount: bigInteger('The amount in motes, as it was held at first'),
    kind: orNull(z.enum(['gas', 'processing']), 'What it is for; null: the node does not show it'),
    since: timestamp('The time of the block that began it'),
  },
  'A hold',
);

const claimed = object(
  {
    balance: z.optional(
      object(
        {
          available: bigInteger('What may be spent, in motes'),
          holds: orNull(z.array(hold), 'The holds; null: no node serves them'),
        },
        'What is held back of the balance, whose total is proved',
      ),
    ),
    stakes: z.optional(
      orNull(
        z.array(z.string()),
        'Public keys of the validators that the account holds something with, which is proved, and its own if it was asked, sorted; null: no node serves the list of all bids',
      ),
    ),
    validators: z.optional(listOf(z.string(), 'The same of all validators that were asked')),
    rewards: z.optional(
      orNull(
        object(
          { era: count('The era'), amount: bigInteger('The amount in motes') },
          'What the newest era that has ended paid to the account',
        ),
        'The rewards of the account; null: unknown',
      ),
    ),
  },
  'What nodes say of the value without a proof; a member is left out where the value is not made of it',
);

/** Rule PROOF-5. */
export const fullProofSchema = component(
  'FullProof',
  'All that the value was made of at `meta.block`, for a caller who checks it without a node and without trusting this service. `astake-lookup/verify` does so',
  z.strictObject({
    format: described(z.literal(1), 'The version of this form'),
    chainName: string('The name of the chain, which is part of what validators sign'),
    block: described(signedHeaderSchema, 'The block that the value was read at'),
    switchBlocks: listOf(
      signedHeaderSchema,
      'The way of trust: first the switch block at `anchor` without signatures, since the caller knows its hash, then those that validators of more than two thirds of the weight known so far have signed. The last one names the validators of the era of the block',
    ),
    proofs: mapOf(
      hex('The Merkle proof in lower-case hexadecimal: it leads from the value to `state_root_hash` of the block'),
      'Merkle proofs by the keys of global state',
    ),
    absent: listOf(
      z.string(),
      'Keys of global state under which there is nothing, as nodes say: there is no proof of that',
    ),
    claimed,
    settings: object(
      {
        collections: described(
          anyObject,
          'The configured collection of the value by its alias; empty: it is not configured',
        ),
        liquidStaking: orNull(
          anyObject,
          'The configured liquid-staking contract; null: none is, or the value is not made of it',
        ),
      },
      'What the value depends on of the configuration of the service',
    ),
  }),
);
