import * as z from 'zod/mini';
import { ref } from './answers.ts';
import { component, described } from './described.ts';
import { blockOrNull } from './entities.ts';
import { count, flag, listOf, mapOf, object, oneOf, orNull, pageCursor, string, timestamp } from './fields.ts';
import { coverageOrNull } from './figures.ts';

const of = <const Name extends string>(name: Name) => described(z.literal(name), `Always \`${name}\``);

const scope = z.union([
  object({ of: of('all') }, 'All records'),
  object(
    { of: of('kind'), kind: string('The kind of the records: `asset`, `account`, `staking` or `transaction`') },
    'The records of a kind',
  ),
  object(
    {
      of: of('collection'),
      kind: string('The kind of the records: `asset`'),
      collection: string('The hash of the contract package'),
    },
    'The records of a collection',
  ),
  object({ of: of('owner'), owner: string('The owner: `account-hash-…` or `hash-…`') }, 'The records of an owner'),
]);

const members = {
  id: string('The id of the run'),
  scope: described(scope, 'Which records the run compares'),
  dryRun: flag('true: the run changes nothing'),
  startedBy: oneOf(['schedule', 'operator'], '`schedule`: the hourly run; `operator`: a request'),
  requestedBy: z.optional(string('The principal who asked for the run; left out where the schedule began it')),
  cancelledBy: z.optional(string('The principal who cancelled the run; left out where it was not cancelled')),
  status: oneOf(
    ['running', 'finished', 'cancelled', 'interrupted'],
    '`running`; `finished`: every shard is done; `cancelled`: by an operator; `interrupted`: it failed too often or was not continued in time',
  ),
  startedAt: timestamp('When the run started, ISO 8601 in UTC'),
  finishedAt: orNull(z.iso.datetime(), 'When the run ended, ISO 8601 in UTC; null while it runs'),
  block: blockOrNull('The block at which every record is compared; null where no node could give one'),
  reason: orNull(z.string(), 'Why the run did not finish; null otherwise'),
  callsAllowed: count('The highest number of JSON-RPC requests to nodes'),
  milliseconds: count('How long the run took, or has taken so far, in milliseconds'),
  coverage: coverageOrNull('How much of the whole store was compared with the chain when the run ended; null before'),
};

const counts = (description: string) =>
  object(
    {
      match: count('Records whose value is that of the chain'),
      behind: count('Records that the chain has changed since, and that claimed nothing beyond their own block'),
      missed: count('Records that claimed to be current and were not: a defect of the service'),
      conflict: count('Records whose value never was that of the chain at their own block, or whose row was edited'),
      unverifiable: count('Records that could not be compared: no node could answer, or nodes contradict each other'),
      skipped: count('Records that were not compared: a person decides or has decided, or calls or time were used up'),
      fixed: count('Records that were corrected'),
      review: count('Records that await the decision of a person'),
      unfixed: count('Records with a problem that is left: a person has to act'),
    },
    description,
  );

export const reconciliationRunSchema = component(
  'ReconciliationRun',
  'One run of reconciliation, without its findings',
  z.strictObject(members),
);

export const reconciliationListSchema = component(
  'ReconciliationList',
  'A page of runs',
  z.strictObject({ items: listOf(reconciliationRunSchema, 'The runs, newest first'), next: pageCursor() }),
);

const outcomes = ['fixed', 'would-fix', 'asked', 'review', 'unfixed'] as const;

const sample = object(
  {
    ref: ref('The record that was compared'),
    finding: oneOf(
      ['match', 'behind', 'missed', 'conflict', 'unverifiable', 'skipped'],
      'What was found; the meanings are those of `counts`',
    ),
    problems: listOf(
      object(
        {
          check: string(
            'The check that failed: `chain`, `digest`, `height`, `trail`, `watches`, `references`, or one of the kind',
          ),
          problem: string('Why the check failed'),
          outcome: oneOf(outcomes, 'What became of this problem; a broken audit trail is never `fixed`'),
        },
        'A failed check',
      ),
      'The checks that failed',
    ),
    outcome: orNull(
      z.enum(outcomes),
      'The worst outcome of the problems. `fixed`: corrected; `would-fix`: a dry run changes nothing; `asked`: sync reads it again in its next batch; `review`: a person decides; `unfixed`: not corrected; null where there was nothing to correct',
    ),
    height: count("The height of the record's own block"),
    through: count('The height through which the record was claimed to hold'),
    conflict: orNull(z.string(), 'The id of the conflict of the record; null without one'),
    changes: listOf(
      object(
        {
          field: string('The name of the field'),
          before: string('The value before, as JSON text; a long one is cut around the first difference'),
          after: string('The value after, as JSON text; a long one is cut around the first difference'),
        },
        'A changed field',
      ),
      'What putting the record right changed: the first five fields by name. The history has all of it',
    ),
    paths: orNull(
      object(
        { path: string('The path of the entity'), history: string('The path of its history') },
        'Where the record is answered',
      ),
      'The way to the record; null where its kind has no route, as shared state has none',
    ),
  },
  'One record',
);

export const reconciliationReportSchema = component(
  'ReconciliationReport',
  'One run of reconciliation with its findings: complete once the run is `finished`, partial before',
  z.strictObject({
    ...members,
    progress: object(
      { shards: count('All shards of the run'), done: count('Shards that are done') },
      'How far the run is',
    ),
    records: count('Records that were compared, or were meant to be; without skipped ones'),
    unreached: count('Skipped records for which calls or time were used up'),
    counts: counts('Records by finding, and what became of them'),
    byKind: mapOf(counts('Records of one kind'), 'The same by kind'),
    byCheck: mapOf(
      object(
        {
          passed: count('Records that passed'),
          failed: count('Records that failed'),
          // The member of the API keeps its name `untold`.
          untold: count('Records for which the check could not be made; this is not a pass'),
        },
        'Results of one check',
      ),
      'Results by check',
    ),
    samples: listOf(sample, 'The first records of each finding, as examples'),
    calls: count('JSON-RPC requests to nodes'),
    workMilliseconds: count('The working time of all shards together, in milliseconds'),
    previous: orNull(
      object(
        {
          id: string('The id of the run'),
          finishedAt: timestamp('When it ended, ISO 8601 in UTC'),
          dryRun: flag('true: it changed nothing'),
          counts: counts('Its records by finding, and what became of them'),
          difference: mapOf(
            described(z.int(), 'A difference'),
            'The counts of this run less those of the previous one',
          ),
        },
        'The run before',
      ),
      'The run of the same scope that finished before this one; null where none did, of the hundred runs before',
    ),
    recommendations: listOf(
      z.string(),
      'What to do, the most urgent first, for a person; empty where nothing is to be done',
    ),
    advice: listOf(
      object(
        {
          variable: string('The variable of the configuration'),
          now: count('Its value when the run was started'),
          value: count('What the figures of this run say that it should be'),
          saves: object(
            {
              calls: described(z.int(), 'JSON-RPC requests to nodes'),
              dollars: described(z.number(), 'Dollars, at list prices'),
            },
            'What that saves in a month; negative: what it costs more',
          ),
          text: string('The figures behind it, what it changes and how sure it is, for a person'),
        },
        'An advice',
      ),
      'What the figures of a finished run over the whole store say that settings should be; empty where they are right',
    ),
    notes: listOf(z.string(), 'What the figures mean where nothing is to be done about them, for a person'),
  }),
);

export const reportLinkSchema = component(
  'ReportLink',
  'A link that opens the report of a run as a page, once',
  z.strictObject({
    url: string('The path of the page on this host, with a token that is good once'),
    expiresAt: timestamp('Until when it is good, ISO 8601 in UTC'),
  }),
);
