import * as z from 'zod/mini';
import { proofReasons, unprovedParts } from '../../domain/proof.ts';
import { component, described } from './described.ts';
import { count, hash, listOf, object, oneOf, orNull, share } from './fields.ts';
import { fullProofSchema } from './full-proof-schema.ts';

const level = oneOf(
  ['signed', 'state', 'none'],
  "How far the value is proved, whatever nodes say. `signed`: Merkle proofs lead to it from the state of a block that validators with more than two thirds of their era's weight have signed; `state`: they lead to it from the state of the block with this hash, of which a node says that it is the chain's; `none`: nodes have said so. It says nothing of what `unproved` lists",
);

const reason = oneOf(
  proofReasons,
  'Why it is not `signed`. `not_asked`: this service proves no reading, or only a share of them, or an earlier version read it; `nothing_proved`: nodes give no proof of this, as of an absence or a transaction; `older_block`: a block of 1.x; `no_trust`: no block is trusted yet; `era_unknown`: the validators of the era of the block are not known; `unsigned`: validators of too little weight are known to have signed the block, and the service is set to answer nevertheless; `not_in_time`: that was not found in time, or no node gave what says so, and the service is set to answer nevertheless; `disputed`: the chain contradicts the stored value',
);

const weight = share(
  "Only with `signed`: the share of the era's weight that is known to have signed the block, 0 to 1, rounded down. It is at least that: no more signatures are verified than suffice",
);

const height = count(
  'Left out with `none`: the lowest block at which a part of the value was proved, each part where it was read. That the value still holds at the end of `verifiedThrough` follows from the blocks that the service has read in between, and is not covered by this proof',
);

const unproved = listOf(
  oneOf(
    unprovedParts,
    '`absence`: that there is nothing under some key, such as a burn or an approval; `holds`: what is held back of a balance; `stakes`: the list of all bids; `rewards`: what an era paid; `transaction`: a transaction and its result; `validators`: who validates',
  ),
  'What the value rests on besides the proofs, as nodes have said; empty: nothing',
);

export const proofSchema = component(
  'Proof',
  'How far a value is proved',
  z.strictObject({
    level,
    reason: z.optional(reason),
    weight: z.optional(weight),
    height: z.optional(height),
    unproved,
    full: z.optional(described(fullProofSchema, 'Only with `proof=full`: all that proves the value')),
  }),
);

/** As it is kept, and under the digest of an audit entry. */
export const readingProofSchema = component(
  'ReadingProof',
  'How far a value was proved when it was read, with what shows it',
  z.strictObject({
    level,
    reason: orNull(reason, 'Why it is not `signed`; null where it is'),
    weight: orNull(weight, "The share of the era's weight that is known to have signed the block; null: not signed"),
    unproved,
    height: orNull(height, 'The lowest block at which a part of the value was proved; null with `none`'),
    evidence: orNull(
      object(
        {
          root: hash('The state root of the block'),
          digest: hash(
            'SHA-256 over the Merkle proofs: of each key, in their order, the key and the SHA-256 of its proof in lower-case hexadecimal, one line each',
          ),
        },
        'What shows it',
      ),
      'The state root and the digest of the proofs that lead to it, of the keys that the value itself was read from: shared state is a record of its own (kind `basis`), and its entries have their own; null: there were none',
    ),
  }),
);
