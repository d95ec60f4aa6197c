import * as z from 'zod/mini';
import { isPrintable } from '../../domain/printable.ts';
import { refId, refKind, refList } from '../batch-request.ts';
import { component, described } from './described.ts';
import { count, flag, object, oneOf } from './fields.ts';
import { kindNames } from './kinds.ts';

const kind = z.string().check(z.maxLength(40));
const collection = z.string().check(z.minLength(1), z.maxLength(100));
const owner = z.string().check(z.minLength(1), z.maxLength(200));
const reviewer = z
  .string()
  .check(z.minLength(1), z.maxLength(200), z.refine(isPrintable, 'must be printable text, in one line'));
const noteText = z.string().check(
  z.maxLength(2_000),
  z.refine((text) => isPrintable(text.replace(/[\t\r\n]/g, ' ')), 'must be printable text'),
);

const reviewerName = () =>
  described(reviewer, 'Who decides, by name: a note. The actor in the audit trail is who was authenticated.');
const note = () => z.optional(described(noteText, 'The reason, for the audit trail'));
const dryRunFlag = () =>
  z.optional(flag('true: the answer says what would happen; nothing changes. The parameter `dryRun` does the same.'));

export const batchRequestSchema = component(
  'BatchRequest',
  'The entities to look up',
  z.strictObject({
    refs: described(
      refList(
        object(
          {
            kind: described(refKind, `The kind: ${kindNames}`),
            id: described(
              refId,
              'The id, as the path of the kind takes it; the parts of an asset are joined by a colon: `villas:0`',
            ),
          },
          'One entity',
        ),
      ),
      'The entities: 1 to 100, of any kinds',
    ),
  }),
);

export const localDataBodySchema = component(
  'LocalDataBody',
  'The data: a JSON object of at most 16 KB, nested at most 32 levels deep, no member twice',
  z.record(z.string(), z.unknown()),
);

export const invalidationRequestSchema = component(
  'InvalidationRequest',
  'The cached values that are to be read again: those of a kind, a collection or an owner',
  z.strictObject({
    kind: z.optional(described(kind, 'A kind. Alone: all its values. With `owner`: only the values of this kind.')),
    collection: z.optional(
      described(
        collection,
        'An alias, or the hash of a contract package: only assets of this collection. Not with `owner`.',
      ),
    ),
    owner: z.optional(
      described(owner, 'An account or contract: the assets that it owns, and the account with its staking position'),
    ),
    cursor: z.optional(
      described(
        z.string().check(z.minLength(1), z.maxLength(2_000)),
        '`next` of the previous answer, to continue. Only with `owner`.',
      ),
    ),
  }),
);

export const conflictDecisionRequestSchema = component(
  'ConflictDecisionRequest',
  'The decision of a person about a conflict',
  z.strictObject({
    decision: oneOf(
      ['chain', 'database', 'dismiss'],
      "`chain`: the chain's value is stored; `database`: the stored value is kept until either value changes; `dismiss`: the conflict is closed without a decision about the values",
    ),
    reviewer: reviewerName(),
    note: note(),
    dryRun: dryRunFlag(),
  }),
);

export const conflictUndoRequestSchema = component(
  'ConflictUndoRequest',
  'Who takes a decision back, and why',
  z.strictObject({ reviewer: z.optional(reviewerName()), note: note() }),
);

export const conflictResolutionRequestSchema = component(
  'ConflictResolutionRequest',
  'How conflicts are resolved',
  z.strictObject({ dryRun: dryRunFlag() }),
);

export const reconciliationRequestSchema = component(
  'ReconciliationRequest',
  'What a run of reconciliation compares',
  z.strictObject({
    scope: z.optional(
      object(
        {
          kind: z.optional(described(kind, 'Only records of this kind')),
          collection: z.optional(
            described(collection, 'Only records of this collection: an alias, or the hash of its contract package'),
          ),
          owner: z.optional(
            described(
              owner,
              'Only the assets of this owner, and its account and staking position. Not with `kind` or `collection`.',
            ),
          ),
        },
        'Which records are compared; left out: all',
      ),
    ),
    dryRun: dryRunFlag(),
  }),
);

export const forceSyncRequestSchema = component(
  'ForceSyncRequest',
  'What the tick does besides applying new blocks',
  z.strictObject({
    passBlock: z.optional(
      count(
        'The height of the block at which sync stands and which it is to pass without having read it. Everything is reconciled afterwards.',
      ),
    ),
    reviewer: z.optional(reviewerName()),
    note: note(),
  }),
);

export const rewindRequestSchema = component(
  'RewindRequest',
  'The block from which sync starts again after the network has gone back',
  z.strictObject({
    height: count('The height of the last block that the network and this store have in common'),
    reviewer: reviewerName(),
    note: note(),
  }),
);
