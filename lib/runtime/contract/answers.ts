import * as z from 'zod/mini';
import { recordCauses } from '../../domain/record.ts';
import { component, described } from './described.ts';
import { blockField, blockOrNull, dataSchemas, otherDataSchema, wholenessMembers } from './entities.ts';
import {
  anyFieldsOrNull,
  anyObject,
  count,
  flag,
  hash,
  listOf,
  object,
  oneOf,
  orNull,
  pageCursor,
  string,
  timestamp,
} from './fields.ts';
import { kindNames } from './kinds.ts';
import { problemMembers, problemSchema } from './problems.ts';
import { proofSchema, readingProofSchema } from './proof-schema.ts';

export const refMembers = {
  kind: string(`The kind of the entity: ${kindNames}`),
  id: string('The id of the entity'),
};
export const ref = (description: string) => object(refMembers, description);

const metaSchema = component(
  'Meta',
  'Where an answer comes from, and how current it is',
  z.strictObject({
    source: oneOf(
      ['cache', 'chain', 'database', 'history'],
      '`cache`: known to be current; `chain`: read for this request; `history`: of the block `at`, from the audit trail of the record, without a call to a node; `database`: the last known value, because no node answered, none was to be asked, or the caller has no chain read left, and in every list',
    ),
    stale: flag(
      'true when `age` is beyond the limit, or when the database answered in place of the chain. The limit is that of the kind, or a shorter `max-age` of the caller. An item of a list is judged by its own age.',
    ),
    at: z.optional(
      count('The block that the request named: the value is what was there as of this block, and `block` is not'),
    ),
    heldFrom: z.optional(
      count(
        'Only with `at`: the value is known to have held from this block through `verifiedThrough`, without a break, and `at` is one of these blocks. With `chain` it is `at`',
      ),
    ),
    block: blockField(
      'The block at which the value was read. With `history` it may be below or above `at`: the trail shows that the value held there too',
    ),
    verifiedThrough: object(
      {
        height: count('The height of the block'),
        timestamp: orNull(
          timestamp('A time'),
          'The time of the block by the clock of the chain, ISO 8601 in UTC; null only with `history`, where the trail names the height alone',
        ),
      },
      'The last block through which the value is known to hold; with `at`, of those without a break from `at` on',
    ),
    proof: described(proofSchema, 'How far the value is proved, at the block that it was read at'),
    age: count('How far behind the chain the value may be, in seconds; 0 where the request named a block'),
    requestId: string('The id of the request, for the logs'),
    conflict: z.optional(
      string(
        'The id of an unresolved conflict of the record: the chain contradicts the stored value. Left out without one.',
      ),
    ),
    localUnavailable: z.optional(
      described(
        z.literal(true),
        "Present when the own data of the caller's application could not be read: `local` is null, and says nothing",
      ),
    ),
  }),
);
const meta = described(metaSchema, 'Where the answer comes from, and how current it is');

export const absenceSchema = component(
  'Absence',
  'The chain has no such entity at the block in `meta`: an error (RFC 9457) with the facts behind it',
  z.strictObject({
    ...problemMembers,
    code: described(z.literal('not_found'), 'Always `not_found`'),
    meta: described(metaSchema, 'How current this statement is'),
  }),
);

const capital = (name: string): string => name.replace(/^./, (letter) => letter.toUpperCase());

const answers = new Map<string, z.ZodMiniType>();

/** The answer about one entity of a kind: always the same schema for the same kind. */
export function answerOf(kind: string): z.ZodMiniType {
  const known = answers.get(kind);
  if (known !== undefined) return known;
  const data = described(dataSchemas[kind] ?? otherDataSchema, `The ${kind}`);
  const answer = component(`${capital(kind)}Answer`, `An answer about one ${kind}`, z.strictObject({ data, meta }));
  answers.set(kind, answer);
  return answer;
}

/** The two forms of an outcome, each with further members. */
const outcomeOf = (naming: string, further: Readonly<Record<string, z.ZodMiniType>> = {}) =>
  z.union([
    object(
      {
        ref: ref(naming),
        ...further,
        data: described(
          z.union(Object.values(dataSchemas) as [z.ZodMiniType, ...z.ZodMiniType[]]),
          'The entity, in the form of its kind',
        ),
        meta,
      },
      'The entity was found.',
    ),
    object(
      {
        ref: ref(naming),
        ...further,
        error: described(problemSchema, 'The error: the entity does not exist, or the lookup failed'),
        meta: z.optional(
          described(
            metaSchema,
            'How current the statement is that the entity does not exist; left out after a failure',
          ),
        ),
      },
      'The entity does not exist, or the lookup failed.',
    ),
  ]);

export const batchSchema = component(
  'Batch',
  'The outcomes of a batch, in the order of the request',
  z.strictObject({
    results: listOf(
      outcomeOf('The entity, as the request names it'),
      'One outcome for each entity of the request, in the same order',
    ),
  }),
);

export const refreshedAccountSchema = component(
  'RefreshedAccount',
  'What is tracked for an account, read from the chain',
  z.strictObject({
    results: listOf(
      outcomeOf('The entity', {
        outcome: oneOf(
          ['created', 'changed', 'unchanged', 'disputed', 'unsaved', 'unavailable', 'failed'],
          "What became of the record. `created`: there is one now; `changed`, `unchanged`: compared with the record before the request; `disputed`: the record contradicts the chain, see `meta.conflict`; `unsaved`: the answer is the chain's, and the record is still of an earlier block; `unavailable`: not read, ask again; `failed`: it cannot be read",
        ),
      }),
      'One outcome for each entity: the account, its staking position, then its tokens',
    ),
    next: pageCursor(),
  }),
);

export const collectionListSchema = component(
  'CollectionList',
  'Configured collections, by their package hashes',
  z.strictObject({
    items: listOf(outcomeOf('The collection'), 'One outcome for each collection'),
    next: pageCursor(),
  }),
);

export const assetListSchema = component(
  'AssetList',
  'Assets of an owner or of a collection, as far as they are in the database',
  z.strictObject({
    items: listOf(answerOf('asset'), 'Assets'),
    complete: flag(
      'true: of `collections`, this page has exactly what the chain has at the block in `meta`, between the page before and `next`. false: assets may be missing',
    ),
    collections: listOf(
      object(
        { packageHash: hash('The hash of the contract package: 64 hexadecimal digits'), ...wholenessMembers },
        'One collection, and whether all of its tokens are known',
      ),
      'What `complete` is about: the collection that was asked for, or every configured one that the caller may use',
    ),
    next: pageCursor(),
    meta: object(
      {
        source: described(z.literal('database'), 'Always `database`'),
        block: blockOrNull(
          'Where `complete` is true, the block at which the page is exact; else the last block that sync has applied, null before its first run',
        ),
        requestId: string('The id of the request, for the logs'),
      },
      'Where the list comes from',
    ),
  }),
);

const heldSpans = listOf(
  object({ from: count('The first block'), through: count('The last block') }, 'Blocks, both included'),
  'Where it is known to have held, ascending',
);

const currentValue = orNull(
  object({ sequence: count('The entry after which it came'), spans: heldSpans }, 'The present value'),
  'Through which block the history is known: where the present value is known to have held. null where that is not known: there is no record, or it is in dispute, edited, too large or out of date',
);

const heldBefore = object(
  {
    digest: hash('SHA-256 of the value before the change'),
    definition: hash('The definition that it was read by'),
    logicVersion: count('The version of the logic that read it'),
    fork: count('How many rewinds there were before'),
    block: blockField('The block at which it was read last'),
    spans: heldSpans,
    proof: z.optional(
      described(
        anyObject,
        'How far it was proved at `block`, in the form of the proof of an entry, without the evidence',
      ),
    ),
  },
  'Where the value before the change is known to have held; left out where that is not known',
);

/** `cause` and `block` differ between the trails of records and of local data. */
const historyOf = (
  name: string,
  about: string,
  members: { readonly cause: z.ZodMiniType; readonly block: z.ZodMiniType },
  more: { readonly current?: z.ZodMiniType } = {},
) =>
  component(
    name,
    about,
    z.strictObject({
      ref: ref('The entity of the record'),
      ...more,
      entries: listOf(
        object(
          {
            sequence: described(
              z.int().check(z.minimum(1)),
              'The number of the entry: 1 for the first value of the record',
            ),
            cause: members.cause,
            actor: string(
              'Who caused the change: `service`, or who was authenticated: on AWS the ARN of the principal, locally the name of the key',
            ),
            before: anyFieldsOrNull(
              'The changed fields before the change, named as in `data`, in the form in which they are stored; null where there was no value',
            ),
            after: anyFieldsOrNull(
              'The changed fields after the change, named as in `data`, in the form in which they are stored; null where there is no value',
            ),
            block: members.block,
            timestamp: timestamp('When the entry was written, ISO 8601 in UTC'),
            held: z.optional(heldBefore),
            proof: z.optional(
              described(
                readingProofSchema,
                'How far the new value was proved; left out where it was not, or was not read from the chain',
              ),
            ),
            data: z.optional(
              anyFieldsOrNull(
                'The value after the change in the form of an answer, also where it was refuted later; null where there is none, left out where the trail does not show it, and further back than 1,000 changes',
              ),
            ),
            previousDigest: orNull(hash('A digest'), 'The digest of the previous entry; null in the first one'),
            digest: hash(
              'SHA-256 of all other members of the entry but `data`, and its `ref`, in their canonical form (RFC 8785)',
            ),
            unreadable: z.optional(
              described(
                z.literal(true),
                'Present when the stored entry was altered: members that cannot be read are null or empty',
              ),
            ),
          },
          'One change of the record',
        ),
        'The changes, newest first',
      ),
      problems: listOf(
        object(
          {
            sequence: count('The number of the entry, which may be one that is missing'),
            problem: string(
              'What is wrong: the entry does not match its digest, does not follow the one before, is missing, or is not the newest one that the record names',
            ),
          },
          'One fault of the trail',
        ),
        'What does not hold in this page of the trail, highest number first; empty where everything does. The first page is held against the record too',
      ),
      next: pageCursor(),
    }),
  );

export const historySchema = historyOf(
  'History',
  'The audit entries of one record, newest first',
  {
    cause: oneOf(
      recordCauses,
      'What changed the record: `lookup` a request; `sync` a new block; `reconciliation` a check of the store; `resolution` of a conflict by the service; `review` a decision of a person; `submission` a write to the chain; `enumeration` of a whole collection',
    ),
    block: blockField('The block at which the new value was read'),
  },
  { current: currentValue },
);

export const localHistorySchema = historyOf(
  'LocalHistory',
  "The audit entries of an application's own data for one entity, newest first. The `ref` under their digests is that of the trail: the kind `local`, and the id `<application>#<kind>#<id>`",
  {
    cause: described(z.literal('application'), 'Always `application`'),
    block: described(z.null(), 'Always null: the data belongs to no block'),
  },
);

export const localDataSchema = component(
  'LocalData',
  "An application's own data for one entity",
  z.strictObject({
    data: described(anyObject, 'The data, every number as it was written'),
    meta: object(
      {
        application: string('The application whose data it is'),
        ref: ref('The entity'),
        sequence: described(z.int().check(z.minimum(1)), 'The number of the change that left it, from 1'),
        updatedAt: timestamp('When it was changed, ISO 8601 in UTC'),
      },
      'What the data is for, and since when',
    ),
  }),
);
