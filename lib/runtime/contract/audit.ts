import * as z from 'zod/mini';
import { causes } from '../../domain/record.ts';
import { ref } from './answers.ts';
import { component } from './described.ts';
import {
  anyFieldsOrNull,
  count,
  flag,
  hash,
  listOf,
  mapOf,
  object,
  orNull,
  pageCursor,
  share,
  string,
  timestamp,
} from './fields.ts';
import { always, guarded, noStore, type Operation, refused } from './operation.ts';
import { auditSpan, cursor, optional } from './parameters.ts';

const entry = object(
  {
    timestamp: timestamp('When the entry was written, ISO 8601 in UTC'),
    kind: string(
      "What changed: the kind of an entity, or `conflict`, `key`, `local` (an application's own data), `node`, `service`",
    ),
    id: string('The id of what changed'),
    sequence: count('The number of the entry in its trail, from 1'),
    cause: string(`What caused the change: ${causes.map((cause) => `\`${cause}\``).join(', ')}`),
    actor: string(
      'Who caused the change: `service`, or who was authenticated: on AWS the ARN of the principal, locally the name of the key',
    ),
    fields: listOf(z.string(), 'The names of the fields that changed'),
    before: anyFieldsOrNull('The changed fields before the change; null where there was no value'),
    after: anyFieldsOrNull('The changed fields after the change; null where there is no value'),
    blockHeight: orNull(count('A height'), 'The height of the block at which the new value was read; null without one'),
    blockHash: orNull(hash('A hash'), 'The hash of this block; null without one'),
    blockTime: orNull(timestamp('A time'), 'The time of this block, ISO 8601 in UTC; null without one'),
    held: anyFieldsOrNull(
      'Where the value before the change is known to have held, as it is under the digest; null where that is not known',
    ),
    proof: anyFieldsOrNull(
      'How far the new value was proved, with the state root and the digest of the Merkle proofs, as it is under the digest; null where it was not, or was not read from the chain',
    ),
    digest: hash(
      'SHA-256 of the entry in its canonical form (RFC 8785). Under it are `ref` (`kind` and `id`), `sequence`, `cause`, `actor`, `before`, `after`, `block` (`height`, `hash`, `timestamp`; null without one), `timestamp`, `held` and `proof` (each left out where it is null) and `previousDigest`',
    ),
    previousDigest: orNull(hash('A digest'), 'The digest of the previous entry of the trail; null in the first one'),
    problem: orNull(
      z.string(),
      'What is wrong with the entry, or with a missing entry next to it (`entry 3: the entry is missing`); null where nothing is',
    ),
  },
  'One change',
);

const brokenLink = object(
  {
    ref: ref('The record whose trail is broken'),
    sequence: count('The number of the entry'),
    problem: string('The fault of the entry or its link'),
  },
  'A broken link',
);

const link = (description: string) =>
  object({ sequence: count('The number of the entry'), digest: string('The digest of the entry') }, description);

const trail = object(
  {
    kind: string('The kind of what the trail is about'),
    id: string('Its id'),
    entries: count('How many entries of the trail the page has'),
    first: link('The one with the lowest number'),
    last: link('The one with the highest number'),
    head: orNull(
      link('A link'),
      'The newest entry, also after the span, as the record names it; null where the trail has no record',
    ),
  },
  'A trail with entries on the page',
);

const reporting = object(
  {
    name: string('The name of the service'),
    network: string('The name of the network that it serves'),
    environment: string('The environment: `local`, `dev`, `staging` or `production`'),
    version: string('The version of the service'),
    logicVersion: count('The version of the rules by which it reads kinds and follows the chain'),
  },
  'The service that reports',
);

const storedCoverageOrNull = orNull(
  object(
    {
      run: string('The id of the run of reconciliation that has counted it'),
      records: count('Records in the store'),
      verified: count('Records that were compared with the chain within 24 hours'),
      share: orNull(share('A share'), '`verified` as a share of `records`, 0 to 1; null without records'),
      oldest: orNull(
        z.string(),
        'When the record that waits longest was last compared with the chain; null without records',
      ),
      oldestSeconds: orNull(count('Seconds'), 'How long ago that was, in seconds; null without records'),
      at: timestamp('When this was counted, ISO 8601 in UTC'),
    },
    'A coverage',
  ),
  'How much of the store was compared with the chain, as counted by the run of reconciliation that ended last before `until`; null where none had',
);

const auditReportSchema = component(
  'AuditReport',
  'The audit entries of a span of time',
  z.strictObject({
    service: reporting,
    askedBy: string('The principal who asked for the report'),
    askedAt: timestamp('When it was made, ISO 8601 in UTC'),
    from: timestamp('The beginning of the span, inclusive, ISO 8601 in UTC'),
    until: timestamp('The end of the span, exclusive, ISO 8601 in UTC'),
    page: object(
      {
        from: timestamp('Where the page begins, inclusive, ISO 8601 in UTC'),
        until: timestamp('Where it ends, exclusive: the beginning of the next page, or the end of the span'),
        entries: count('How many entries it has'),
      },
      'Which part of the span this page has',
    ),
    broken: listOf(
      brokenLink,
      'The first 100 links of trails of the page that do not hold; empty where every trail is whole',
    ),
    coverage: storedCoverageOrNull,
    entries: listOf(
      entry,
      'The entries by time, then by `kind`, `#` and `id`, then by `sequence`; texts by their code units',
    ),
    trails: listOf(trail, 'The trails with entries on the page'),
    next: pageCursor(),
    summary: object(
      {
        entries: count('How many entries the page has'),
        byCause: mapOf(count('Entries'), 'Entries by cause; a cause without entries is left out'),
        byKind: mapOf(count('Entries'), 'Entries by kind; a kind without entries is left out'),
        byActor: mapOf(count('Entries'), 'Entries by principal (`actor`); `service` is the service itself'),
        trails: count('How many trails the entries belong to'),
        chainsWhole: flag(
          'true when each entry matches its digest and follows the one before, none is missing next to these entries, and each record names the newest entry of its trail',
        ),
        brokenTrails: count('How many of these trails are not whole'),
        firstBroken: orNull(brokenLink, 'The first broken link of a trail; null where every trail is whole'),
      },
      'What the page holds, and whether the trails are whole',
    ),
  }),
);

const statement = object(
  {
    service: string('`astake-lookup`'),
    network: string('The network'),
    environment: string('The environment'),
    day: string('The day, in UTC'),
    entries: count('How many audit entries have the date'),
    partSize: count('How many entries a part has, the last one excepted'),
    parts: listOf(
      z.string(),
      'SHA-256 of each part: for each entry, in the order of the report, one line, which is `[timestamp, kind, id, sequence, digest]` as JSON without spaces',
    ),
    previous: orNull(
      object({ day: string('Its day'), digest: hash('Its digest') }, 'A statement'),
      'The statement before; null in the first',
    ),
    takenAt: timestamp('When it was made, ISO 8601 in UTC'),
  },
  'What is signed',
);

const headDigestSchema = component(
  'HeadDigest',
  'The signed digest of the heads of all audit trails of a day',
  z.strictObject({
    day: string('The day, in UTC'),
    digest: hash('SHA-256 of the statement in its canonical form (RFC 8785); the next statement names it'),
    statement,
    signature: string('ECDSA on P-256 with SHA-256 over the canonical form of the statement: DER, in base64'),
    publicKey: string('The key that verifies it: SPKI, in PEM'),
    keyDigest: hash('SHA-256 of the key in DER, to be compared with one that you have from elsewhere'),
    copies: count(
      'How often the day is kept: more than once only where it was written past the service; the first counts',
    ),
  }),
);

export const auditOperations: readonly Operation[] = [
  {
    operationId: 'getAuditHeads',
    method: 'GET',
    path: '/v1/audit/heads',
    audience: 'auditor',
    function: 'get-audit-heads',
    tag: 'Audit',
    summary: 'Get the signed digest of a day',
    description:
      'Returns what was signed of the audit trails of a day: each entry of that day, so the head of each trail, in one digest that follows that of the day before. A day is signed an hour after its end, or later.',
    parameters: [
      optional('query', 'day', 'The day, in UTC; left out: the latest that is signed', {
        type: 'string',
        format: 'date',
      }),
    ],
    responses: {
      200: { description: 'The signed digest.', schema: headDigestSchema },
      404: refused('No digest of this day is kept.'),
      ...guarded,
      ...always,
      ...noStore,
    },
  },
  {
    operationId: 'getAuditReport',
    method: 'GET',
    path: '/v1/audit',
    audience: 'auditor',
    function: 'get-audit-report',
    tag: 'Audit',
    summary: 'Get the audit entries of a span of time',
    description:
      'Returns every change, resolution, decision, change of a node and refused write of the span, oldest first, and holds their trails against the digests and the records. A trail without an entry in the span is not looked at.',
    parameters: [...auditSpan, cursor],
    responses: {
      200: { description: 'A page of entries.', schema: auditReportSchema, orAs: ['text/csv', 'text/html'] },
      ...guarded,
      ...always,
      ...noStore,
    },
  },
];
