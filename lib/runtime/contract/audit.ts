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
  string,
  timestamp,
} from './fields.ts';
import { always, guarded, noStore, type Operation } from './operation.ts';
import { auditSpan, cursor } from './parameters.ts';

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
    digest: hash('SHA-256 of the entry in its canonical form (RFC 8785)'),
    previousDigest: orNull(hash('A digest'), 'The digest of the previous entry of the trail; null in the first one'),
    problem: orNull(
      z.string(),
      'What is wrong with the entry, or with a missing entry next to it (`entry 3: the entry is missing`); null where nothing is',
    ),
  },
  'One change',
);

const auditReportSchema = component(
  'AuditReport',
  'The audit entries of a span of time',
  z.strictObject({
    from: timestamp('The beginning of the span, inclusive, ISO 8601 in UTC'),
    until: timestamp('The end of the span, exclusive, ISO 8601 in UTC'),
    entries: listOf(entry, 'The entries, oldest first'),
    next: pageCursor(),
    summary: object(
      {
        entries: count('How many entries the page has'),
        byCause: mapOf(count('Entries'), 'Entries by cause; a cause without entries is left out'),
        byKind: mapOf(count('Entries'), 'Entries by kind; a kind without entries is left out'),
        trails: count('How many trails the entries belong to'),
        chainsWhole: flag(
          'true when each entry matches its digest and follows the one before, none is missing next to these entries, and each record names the newest entry of its trail',
        ),
        brokenTrails: count('How many of these trails are not whole'),
        firstBroken: orNull(
          object(
            {
              ref: ref('The record whose trail is broken'),
              sequence: count('The number of the entry'),
              problem: string('The fault of the entry or its link'),
            },
            'A broken link',
          ),
          'The first broken link of a trail; null where every trail is whole',
        ),
      },
      'What the page holds, and whether the trails are whole',
    ),
  }),
);

export const auditOperations: readonly Operation[] = [
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
      200: { description: 'A page of entries.', schema: auditReportSchema, orAs: 'text/csv' },
      ...guarded,
      ...always,
      ...noStore,
    },
  },
];
