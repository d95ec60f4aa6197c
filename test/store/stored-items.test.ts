import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTables, type Engine, startEngine } from '../../infra/local/engine/engine.ts';
import { statusOfKey } from '../../lib/domain/api-key.ts';
import { emptyLog, placedAfter } from '../../lib/domain/change.ts';
import { hotKeySlotOf } from '../../lib/domain/hot-keys.ts';
import { noProgress } from '../../lib/domain/progress.ts';
import { type ReadingProof, withoutEvidence } from '../../lib/domain/proof.ts';
import { emptyTally } from '../../lib/domain/tally.ts';
import { createDynamo, type Dynamo } from '../../lib/store/dynamodb/client.ts';
import { createStore, type Store } from '../../lib/store/store.ts';
import { type TableName, tableMark, tableName } from '../../lib/store/tables.ts';
import { comparedWith } from '../../lib/usecases/saving/commit-record.ts';
import {
  activityOf,
  blockAt,
  cacheEntryOf,
  conflictOf,
  countsOf,
  entryOf,
  enumerationOf,
  eventOf,
  keyEntryOf,
  keySample,
  localChangeOf,
  localSample,
  moveOf,
  recordOf,
  resolvedOf,
  runOf,
  shardProgressOf,
  submissionSample,
  tickOf,
  trustAt,
  webhookEntryOf,
  webhookSample,
} from './samples.ts';

/**
 * Items as they are in the tables of running deployments, attribute by attribute. Code may call a member what it likes; an
 * attribute keeps its name and its form: an upgrade reads what the version before it wrote, and a version that is rolled back
 * reads what its successor wrote. Whatever changes here needs a migration.
 */
interface StoredItem {
  readonly table: TableName;
  readonly key: Readonly<Record<string, string | number>>;
  /** All attributes besides the key. */
  readonly attributes: Readonly<Record<string, unknown>>;
  write(store: Store): Promise<unknown>;
  /** What the store makes of the item when it finds it in an empty table; left out where no port reads the item alone. */
  read?(store: Store): Promise<unknown>;
  readonly found?: unknown;
}

/** Stands for the mark of the tables (rule ITEM-6). */
const theseTables = 'these';
const inTables = (attributes: StoredItem['attributes'], prefix: string): StoredItem['attributes'] =>
  attributes.tables === theseTables ? { ...attributes, tables: tableMark(prefix) } : attributes;

const block10 = { height: 10, hash: 'hash-10', blockTime: '2023-11-14T22:14:40.000Z' };
const asset = { kind: 'asset', id: 'a' };
const villas = 'a'.repeat(64);
const brokenVillas = enumerationOf({
  packageHash: villas,
  status: 'broken',
  next: 5,
  failed: 1,
  reason: 'one is too large',
  finishedAt: '2026-01-01T00:00:02.000Z',
});
const gap = { height: 9, fork: 0, reason: 'a gap', at: '2026-01-01T00:00:03.000Z' };
const conflictMark = { id: 'c1', state: 'open', chainDigest: 'd' } as const;
const head = { ...blockAt(14), seenAt: '2026-01-01T00:00:00.000Z' };
const node = {
  token: 1,
  by: 'process-1',
  changedAt: 1_000,
  open: true,
  probeAt: 2_000,
  failedProbes: 0,
  pausedUntil: 0,
  reason: 'timeout',
};
const stalled = { since: '2026-01-01T00:00:00.000Z', reason: 'chain' };
const reconcileFrom = { height: 12, reason: 'a gap', at: '2026-01-01T00:00:00.000Z' };
const marker = { kind: 'asset', prefix: 'aa:', height: 9 };
const walked = { validators: ['01', '02'], newest: blockAt(60), oldest: 50, next: 'hash-49' };
const now = Date.parse('2026-01-08T12:00:00.000Z');
const logged = placedAfter(emptyLog, [eventOf()], Date.parse('2026-01-01T00:00:00.000Z'));

const received = activityOf({
  account: 'account-hash-1',
  role: 'transfer-in',
  fork: 2,
  id: '18446744073709551615',
});
/** Rule PROOF-2. */
const proof: ReadingProof = {
  level: 'signed',
  reason: null,
  weight: 0.97,
  unproved: ['absence'],
  height: 10,
  evidence: { root: 'a'.repeat(64), digest: 'b'.repeat(64) },
};
const shownProof = '"level":"signed","reason":null,"weight":0.97,"unproved":["absence"],"height":10';
const proofText = `{${shownProof},"evidence":{"root":"${'a'.repeat(64)}","digest":"${'b'.repeat(64)}"}}`;
const wholeRecord = recordOf({
  probedValidators: ['01ab'],
  validUntil: '2026-01-03T00:00:00.000Z',
  owner: 'account-hash-1',
  fork: 2,
  conflict: conflictMark,
  trackedSince: 3,
  changedAt: 4,
  proof,
});
const wholeEntry = cacheEntryOf({
  fork: 2,
  validUntil: '2026-01-03T00:00:00.000Z',
  conflict: conflictMark,
  proof: withoutEvidence(proof),
});
const absenceEntry = cacheEntryOf({ value: null, sequence: 0, trackedUntil: null, bases: [] });
const auditEntry = entryOf(wholeRecord, { sequence: 1, before: { owner: 'bob' }, proof });
const nodeEntry = entryOf(recordOf({ kind: 'node', id: 'n1' }), { cause: 'health', block: null, after: null });
const awaiting = conflictOf({
  status: 'awaiting-review',
  owner: 'operations',
  deadline: '2026-01-04T00:00:00.000Z',
  proof,
});
const decided = resolvedOf(conflictOf({ revision: 0 }));
const wholeRun = runOf({
  status: 'cancelled',
  finishedAt: '2026-01-01T00:09:00.000Z',
  block: blockAt(10),
  reason: 'cancelled by an operator',
  coverage: { records: 2, verified: 1, oldest: null, at: '2026-01-01T00:09:00.000Z' },
});
const wholeShard = shardProgressOf({
  phase: 'rest',
  after: { checkedAt: '2026-01-01T00:00:00.000Z', key: 'asset#a' },
  page: { next: { phase: 'rest', after: null, done: true }, sound: [], found: [], tally: emptyTally },
});

const wholeWebhook = webhookSample({
  filter: { kinds: ['asset'], types: ['RecordChanged'], collection: 'c', account: 'a' },
  description: 'for the shop',
  status: 'paused',
  reason: 'failures',
  rotatedAt: '2026-01-02T00:00:00.000Z',
});

const failingDelivery = {
  cursor: '7.0123456789abcdef',
  owner: 'one',
  until: 2_000,
  token: 1,
  delivered: 5,
  lastDeliveredAt: '2026-01-01T00:00:00.000Z',
  failures: 2,
  failingSince: '2026-01-01T00:01:00.000Z',
  nextAttemptAt: '2026-01-01T00:02:00.000Z',
  lastFailure: {
    at: '2026-01-01T00:01:00.000Z',
    event: 'e',
    problem: 'status' as const,
    status: 500,
    errorCode: null,
  },
};

const wholeKey = keySample({
  collections: ['c'],
  application: 'shop',
  limits: { requestsPerMinute: 60, chainReadsPerMinute: 6 },
  expiresAt: '2026-02-01T00:00:00.000Z',
  revokedAt: '2026-01-02T00:00:00.000Z',
  revokedBy: 'key:1',
  note: 'for the shop',
  replaces: '1123456789ab',
  replacedBy: '2123456789ab',
});

const { hash: submittedHash, ...sample } = submissionSample();
const refusedSubmission = submissionSample({
  state: 'rejected',
  node: 'n1',
  reason: 'insufficient balance',
  nodeCode: -32016,
});
const acceptedSubmission = submissionSample({ state: 'accepted', node: 'n1', entries: 1, auditHead: 'audit-1' });
const endedSubmission = submissionSample({
  state: 'ended',
  outcome: 'processed',
  block: { height: 10, hash: 'hash-10' },
  fork: 2,
});
const {
  node: _node,
  reason: _reason,
  nodeCode: _code,
  auditHead: _head,
  outcome: _out,
  block: _in,
  fork: _at,
  ...kept
} = sample;
const submitted = { hash: submittedHash, ...kept };

const items: Readonly<Record<string, StoredItem>> = {
  'a submitted transaction that a node refused after all': {
    table: 'submissions',
    key: { id: `transaction:${'c'.repeat(64)}` },
    attributes: {
      ...submitted,
      state: 'rejected',
      node: 'n1',
      reason: 'insufficient balance',
      nodeCode: -32016,
      expiresAt: 1_767_832_200,
    },
    write: ({ submissions }) => submissions.change(refusedSubmission),
    read: ({ submissions }) => submissions.find('c'.repeat(64)),
    found: refusedSubmission,
  },
  'a submitted transaction that a node has accepted': {
    table: 'submissions',
    key: { id: `transaction:${'c'.repeat(64)}` },
    attributes: {
      ...submitted,
      state: 'accepted',
      node: 'n1',
      entries: 1,
      auditHead: 'audit-1',
      open: 'open',
      openAccount: 'd'.repeat(64),
      expiresAt: 1_767_832_200,
    },
    write: ({ submissions }) => submissions.change(acceptedSubmission),
    read: ({ submissions }) => submissions.find('c'.repeat(64)),
    found: acceptedSubmission,
  },
  'a submitted transaction that is in a block': {
    table: 'submissions',
    key: { id: `transaction:${'c'.repeat(64)}` },
    attributes: {
      ...submitted,
      state: 'ended',
      outcome: 'processed',
      blockHeight: 10,
      blockHash: 'hash-10',
      fork: 2,
      expiresAt: 1_767_832_200,
    },
    write: ({ submissions }) => submissions.change(endedSubmission),
    read: ({ submissions }) => submissions.find('c'.repeat(64)),
    found: endedSubmission,
  },
  'the key of a submission': {
    table: 'submissions',
    key: { id: 'key:e2a62cd7a5015a87cd84487e63545732a48d6608eb85cdec2936fc50b67e8ad8' },
    attributes: { hash: 'c'.repeat(64), expiresAt: 604_801 },
    write: ({ submissions }) => submissions.bindKey('key:1', 'k', 'c'.repeat(64), 1_000),
  },
  'a record with all that a record may have': {
    table: 'records',
    key: { ref: 'asset#a' },
    attributes: {
      id: 'a',
      owner: 'account-hash-1',
      shard: 4,
      checkedAt: '2026-01-01T00:00:00.000Z',
      ...block10,
      sequence: 1,
      value: '{"owner":"alice"}',
      beside: '["01ab"]',
      readSet: '["uref-1","uref-2"]',
      bases: '[{"name":"layout:1","height":10,"definition":"layout-1"}]',
      definition: 'definition-1',
      holdsUntil: '2026-01-03T00:00:00.000Z',
      proof: proofText,
      digest: 'digest',
      auditHead: 'audit-1',
      branch: 2,
      followedUntil: '2026-02-01T00:00:00.000Z',
      trackedSince: 3,
      rules: 2,
      tables: theseTables,
      tooLarge: false,
      conflict: '{"id":"c1","state":"open","chainDigest":"d"}',
      changedAt: 4,
    },
    write: ({ records }) => records.save(wholeRecord, undefined, undefined),
    read: ({ records }) => records.get(asset),
    found: wholeRecord,
  },
  'the row of an owner': {
    table: 'listings',
    key: { list: 'owner#asset#account-hash-1', place: 'a' },
    attributes: { id: 'a', owner: 'account-hash-1', height: 10, fork: 2 },
    write: ({ records }) => records.save(wholeRecord, undefined, undefined),
    read: ({ listings }) => listings.byOwner('asset', 'account-hash-1', { limit: 1 }),
    found: { refs: [asset], more: false, end: 'a', changed: [{ fork: 2, height: 10 }] },
  },
  'the row of an owner whose token has gone': {
    table: 'listings',
    key: { list: 'owner#asset#account-hash-1', place: 'a' },
    attributes: { id: 'a', owner: 'account-hash-1', height: 10, fork: 2, gone: true, expiresAt: 1_767_830_400 },
    write: ({ records }) =>
      records
        .save({ ...wholeRecord, owner: null }, undefined, undefined, undefined)
        .then(() =>
          records.save(
            { ...wholeRecord, owner: null },
            { ...comparedWith(wholeRecord), conflict: conflictMark },
            undefined,
          ),
        ),
    read: ({ listings }) => listings.byOwner('asset', 'account-hash-1', { limit: 1 }),
    found: { refs: [], more: false, end: 'a', changed: [{ fork: 2, height: 10 }] },
  },
  'the row of a burnt token of a collection': {
    table: 'listings',
    key: { list: `collection#${villas}`, place: `${villas}:02:10` },
    attributes: { id: `${villas}:10`, height: 10, fork: 0 },
    write: ({ records }) => records.save(recordOf({ id: `${villas}:10` }), undefined, undefined),
    read: ({ listings }) => listings.byCollection('asset', villas, { limit: 1 }),
    found: {
      refs: [{ kind: 'asset', id: `${villas}:10` }],
      more: false,
      end: `${villas}:10`,
      changed: [{ fork: 0, height: 10 }],
    },
  },
  'the row of a token in conflict': {
    table: 'listings',
    key: { list: 'doubtful', place: `${villas}:02:10` },
    attributes: { id: `${villas}:10`, height: 10, fork: 0 },
    write: ({ records }) =>
      records.save(recordOf({ id: `${villas}:10`, conflict: conflictMark }), undefined, undefined),
    read: ({ listings }) => listings.doubtful([villas]),
    found: new Set([villas]),
  },
  'the note that no token of a collection is doubtful': {
    table: 'listings',
    key: { list: `doubts#${villas}`, place: 'doubts' },
    attributes: { settledAt: 1_767_225_600_000 },
    write: ({ listings }) => listings.settleDoubts([villas], 1_767_225_600_000),
    read: ({ listings }) => listings.ground([villas], [], 1_767_225_600_000).then((ground) => ground?.undoubted),
    found: new Set([villas]),
  },
  'what was counted of a collection': {
    table: 'listings',
    key: { list: `counts#${villas}`, place: 'kept' },
    attributes: { counts: JSON.stringify(countsOf(villas)) },
    write: ({ listings }) => listings.keepCounts(countsOf(villas)),
    read: ({ listings }) => listings.counts([villas]),
    found: [{ packageHash: villas, counts: countsOf(villas), touched: null }],
  },
  'what sync has touched of a collection': {
    table: 'listings',
    key: { list: `counts#${villas}`, place: 'touched' },
    attributes: { fork: 1, height: 10 },
    write: ({ listings }) => listings.touch([villas], { fork: 1, height: 10 }),
    read: ({ listings }) => listings.counts([villas]),
    found: [{ packageHash: villas, counts: null, touched: { fork: 1, height: 10 } }],
  },
  'the state of a collection': {
    table: 'progress',
    key: { name: `collection#${villas}` },
    attributes: {
      status: 'broken',
      block: blockAt(10),
      fork: 0,
      definition: 'definition-1',
      total: 5,
      next: 5,
      failed: 1,
      again: [],
      tries: 0,
      reason: 'one is too large',
      startedAt: '2026-01-01T00:00:00.000Z',
      finishedAt: '2026-01-01T00:00:02.000Z',
      updatedAt: '2026-01-01T00:00:01.000Z',
      revision: 1,
      interruptedHeight: 9,
      interruptedFork: 0,
      interruptedReason: 'a gap',
      interruptedAt: '2026-01-01T00:00:03.000Z',
    },
    async write({ collections }) {
      await collections.change(brokenVillas);
      await collections.interrupt(villas, gap);
    },
    read: ({ collections }) => collections.get([villas]),
    found: [{ packageHash: villas, enumeration: brokenVillas, interruption: gap }],
  },
  'a transfer of an account, by its id': {
    table: 'activity',
    key: {
      list: 'account-hash-1#18446744073709551615',
      place: '000000000010#000000#000001#transfer-in#000002',
    },
    attributes: {
      account: 'account-hash-1',
      role: 'transfer-in',
      branch: 2,
      height: 10,
      block: 'hash-10',
      blockTime: block10.blockTime,
      hash: `${'0'.repeat(62)}10`,
      initiator: `account-hash-${'9'.repeat(64)}`,
      cost: '100000000',
      transfer: JSON.stringify(received.transfer),
    },
    write: ({ activity }) => activity.put([received]),
    read: ({ activity }) =>
      activity.list('account-hash-1', { before: '9', limit: 1, transferId: '18446744073709551615' }),
    found: { items: [received], last: undefined },
  },
  'a record without an owner, of an absence': {
    table: 'records',
    key: { ref: 'asset#a' },
    attributes: {
      id: 'a',
      shard: 4,
      checkedAt: '2026-01-01T00:00:00.000Z',
      ...block10,
      sequence: 1,
      value: 'null',
      beside: '[]',
      readSet: '[]',
      bases: '[]',
      definition: 'definition-1',
      digest: 'digest',
      auditHead: 'audit-1',
      branch: 0,
      followedUntil: '2026-02-01T00:00:00.000Z',
      rules: 2,
      tables: theseTables,
      tooLarge: false,
    },
    write: ({ records }) => records.save(recordOf({ value: null, readSet: [], bases: [] }), undefined, undefined),
    read: async ({ records }) => (await records.getMany([asset]))[0],
    found: recordOf({ value: null, readSet: [], bases: [] }),
  },
  'a cache entry with all that an entry may have': {
    table: 'cache',
    key: { ref: 'asset#a' },
    attributes: {
      value: '{"owner":"alice"}',
      ...block10,
      bases: '[{"name":"layout:1","height":10,"definition":"layout-1","joined":{"contractHash":"c"}}]',
      definition: 'definition-1',
      sequence: 1,
      branch: 2,
      rules: 2,
      tables: theseTables,
      tooLarge: false,
      holdsUntil: '2026-01-03T00:00:00.000Z',
      proof: `{${shownProof}}`,
      followedUntil: '2026-02-01T00:00:00.000Z',
      conflict: '{"id":"c1","state":"open","chainDigest":"d"}',
      expiresAt: 1_000,
    },
    write: ({ cache }) => cache.put(wholeEntry, 1_000),
    read: ({ cache }) => cache.get(asset),
    found: wholeEntry,
  },
  'a cache entry of an absence without a record': {
    table: 'cache',
    key: { ref: 'asset#a' },
    attributes: {
      value: 'null',
      ...block10,
      bases: '[]',
      definition: 'definition-1',
      sequence: 0,
      branch: 0,
      rules: 2,
      tables: theseTables,
      tooLarge: false,
      expiresAt: 1_000,
    },
    write: ({ cache }) => cache.put(absenceEntry, 1_000),
    read: ({ cache }) => cache.get(asset),
    found: absenceEntry,
  },
  'an audit entry of a record': {
    table: 'audit',
    key: { ref: 'asset#a', sequence: 1 },
    attributes: {
      day: '2026-01-01#4',
      timestamp: '2026-01-01T00:00:00.000Z',
      cause: 'lookup',
      actor: 'reader',
      before: '{"owner":"bob"}',
      after: '{"owner":"alice"}',
      ...block10,
      proof: proofText,
      digest: 'audit-1',
    },
    write: ({ records }) => records.save(wholeRecord, undefined, auditEntry),
    read: async ({ audit }) => (await audit.history(asset, { limit: 1 }))[0],
    found: auditEntry,
  },
  'an audit entry of no block, after another one': {
    table: 'audit',
    key: { ref: 'node#n1', sequence: 1 },
    attributes: {
      day: '2026-01-01#13',
      timestamp: '2026-01-01T00:00:00.000Z',
      cause: 'health',
      actor: 'reader',
      before: 'null',
      after: 'null',
      previousDigest: 'audit-0',
      digest: 'audit-1',
    },
    write: ({ records }) =>
      records.save(recordOf({ kind: 'node', id: 'n1' }), undefined, { ...nodeEntry, previousDigest: 'audit-0' }),
    read: async ({ audit }) => (await audit.history(nodeEntry.ref, { limit: 1 }))[0],
    found: { ...nodeEntry, previousDigest: 'audit-0' },
  },
  'a conflict that awaits a review': {
    table: 'conflicts',
    key: { id: 'c1' },
    attributes: {
      ref: 'asset#a',
      class: 'value',
      status: 'awaiting-review',
      fields: '[{"field":"owner","database":"alice","chain":"bob","resolution":"chain-wins"}]',
      ...block10,
      databaseDigest: 'digest',
      chainDigest: 'digest-of-the-chain',
      evidence: '[{"node":"n1","says":"chain"},{"node":"n2","says":"nothing"}]',
      proof: proofText,
      openedAt: '2026-01-01T00:00:00.000Z',
      owner: 'operations',
      deadline: '2026-01-04T00:00:00.000Z',
      revision: 1,
    },
    write: ({ conflicts }) => conflicts.change(awaiting),
    read: ({ conflicts }) => conflicts.get('c1'),
    found: awaiting,
  },
  'a conflict that is decided': {
    table: 'conflicts',
    key: { id: 'c1' },
    attributes: {
      ref: 'asset#a',
      class: 'value',
      status: 'resolved',
      fields: '[{"field":"owner","database":"alice","chain":"bob","resolution":"chain-wins"}]',
      ...block10,
      databaseDigest: 'digest',
      chainDigest: 'digest-of-the-chain',
      evidence: '[{"node":"n1","says":"chain"},{"node":"n2","says":"nothing"}]',
      openedAt: '2026-01-01T00:00:00.000Z',
      resolvedAt: '2026-01-01T00:05:00.000Z',
      decision: '{"decision":"chain","reviewer":"service","note":null,"at":"2026-01-01T00:05:00.000Z"}',
      revision: 1,
    },
    write: ({ conflicts }) => conflicts.change(decided),
    read: ({ conflicts }) => conflicts.get('c1'),
    found: decided,
  },
  'an event that is not published': {
    table: 'outbox',
    key: { id: 'SyncStalled#1' },
    attributes: {
      type: 'SyncStalled',
      at: '2026-01-01T00:00:00.000Z',
      detail: '{"reason":"no node can answer"}',
      pending: 'yes#9',
    },
    write: ({ outbox }) => outbox.put(eventOf()),
    read: async ({ outbox }) => (await outbox.unpublished('2100', 1))[0],
    found: eventOf(),
  },
  'an event that is published': {
    table: 'outbox',
    key: { id: 'SyncStalled#1' },
    attributes: {
      type: 'SyncStalled',
      at: '2026-01-01T00:00:00.000Z',
      detail: '{"reason":"no node can answer"}',
      cursor: `1.${logged[0]?.check}`,
      expiresAt: 1_768_478_400,
    },
    async write({ outbox, changes }) {
      await outbox.put(eventOf());
      await changes.append(emptyLog, logged);
      await outbox.published(eventOf().id);
    },
  },
  'an event of a subject': {
    table: 'outbox',
    key: { id: 'SyncStalled#1' },
    attributes: {
      type: 'SyncStalled',
      at: '2026-01-01T00:00:00.000Z',
      detail: '{"reason":"no node can answer"}',
      pending: 'yes#9',
      previous: 'SyncRecovered#0',
    },
    async write({ outbox }) {
      await outbox.put(eventOf({ id: 'SyncRecovered#0' }), 'sync');
      await outbox.put(eventOf(), 'sync');
    },
    read: async ({ outbox }) => (await outbox.find([eventOf().id]))[0],
    found: { event: eventOf(), cursor: null, pending: true, previous: 'SyncRecovered#0' },
  },
  'which event of a subject was put last': {
    table: 'changes',
    key: { bucket: 'subject#sync', position: 0 },
    attributes: { event: 'SyncStalled#1' },
    write: ({ outbox }) => outbox.put(eventOf(), 'sync'),
  },
  'the head of the log': {
    table: 'changes',
    key: { bucket: 'head', position: 0 },
    attributes: { last: 1, check: logged[0]?.check, keptUntil: 1_769_904_000 },
    async write({ outbox, changes }) {
      await outbox.put(eventOf());
      await changes.append(emptyLog, logged);
    },
    read: ({ changes }) => changes.head(),
    found: { position: 1, check: logged[0]?.check, keptUntil: 1_769_904_000 },
  },
  'an event of the log': {
    table: 'changes',
    key: { bucket: 'events#0', position: 1 },
    attributes: {
      check: logged[0]?.check,
      previous: '0000000000000000',
      id: 'SyncStalled#1',
      type: 'SyncStalled',
      at: '2026-01-01T00:00:00.000Z',
      detail: '{"reason":"no node can answer"}',
      expiresAt: 1_769_904_000,
    },
    async write({ outbox, changes }) {
      await outbox.put(eventOf());
      await changes.append(emptyLog, logged);
    },
    read: ({ changes }) => changes.read(0, 1, Date.parse('2026-01-01T00:00:00.000Z')),
    found: logged,
  },
  'a run': {
    table: 'reconciliations',
    key: { run: 'run-1', part: 'run' },
    attributes: {
      list: 'all',
      scope: '{"of":"all"}',
      dryRun: false,
      startedBy: 'schedule',
      status: 'cancelled',
      startedAt: '2026-01-01T00:00:00.000Z',
      finishedAt: '2026-01-01T00:09:00.000Z',
      attempt: 1,
      takenUpAt: '2026-01-01T00:00:00.000Z',
      block: '{"height":10,"hash":"hash-10","timestamp":"2023-11-14T22:14:40.000Z"}',
      callsAllowed: 1_000,
      reason: 'cancelled by an operator',
      coverage: '{"records":2,"verified":1,"oldest":null,"at":"2026-01-01T00:09:00.000Z"}',
      revision: 1,
      expiresAt: 1_775_001_600,
    },
    write: ({ reconciliations }) => reconciliations.begin(wholeRun, undefined),
    read: ({ reconciliations }) => reconciliations.get('run-1'),
    found: wholeRun,
  },
  'which run is the latest': {
    table: 'reconciliations',
    key: { run: 'latest', part: 'pointer' },
    attributes: { id: 'run-1', attempt: 1, note: expect.any(String) },
    write: ({ reconciliations }) => reconciliations.begin(runOf(), undefined),
  },
  'a shard of a run': {
    table: 'reconciliations',
    key: { run: 'run-1', part: 'shard#07' },
    attributes: {
      shard: 7,
      revision: 1,
      phase: 'rest',
      done: false,
      after: '{"checkedAt":"2026-01-01T00:00:00.000Z","key":"asset#a"}',
      page: JSON.stringify(wholeShard.page),
      tally: JSON.stringify(emptyTally),
      updatedAt: '2026-01-01T00:00:00.000Z',
      expiresAt: 1_775_001_600,
    },
    write: ({ reconciliations }) => reconciliations.saveShard('run-1', wholeShard),
    read: async ({ reconciliations }) => (await reconciliations.shards('run-1'))[0],
    found: wholeShard,
  },
  'the row of a watch': {
    table: 'watches',
    key: { stateKey: 'uref-1', watcher: 'asset#a' },
    attributes: { expiresAt: 500 },
    write: ({ watches }) => watches.put('asset#a', ['uref-1'], 500),
    read: async ({ watches }) => {
      for await (const page of watches.watchers('uref-1')) return page;
      return [];
    },
    found: ['asset#a'],
  },
  'the presence item of a state key': {
    table: 'watches',
    key: { stateKey: 'uref-1', watcher: '!' },
    attributes: { expiresAt: 500 },
    write: ({ watches }) => watches.put('asset#a', ['uref-1'], 500),
    read: ({ watches }) => watches.present(['uref-1', 'uref-2']),
    found: ['uref-1'],
  },
  'how far the chain is followed': {
    table: 'progress',
    key: { name: 'chain' },
    attributes: {
      branch: 1,
      rewinds: [{ branch: 1, height: 11 }],
      mark: 13,
      cursor: blockAt(12),
      followedFrom: 10,
      activityFrom: 10,
      protocolVersion: '2.0.0',
      rules: 1,
      settings: 'settings-1',
      discovers: 'settings-1',
      turn: 3,
      tables: theseTables,
      stalled,
      stallNote: expect.any(String),
      reconcileFrom,
      invalidations: [marker],
    },
    async write({ progress }) {
      await progress.moveCursor(moveOf(null, 11));
      await progress.rewind(blockAt(11), 0);
      await progress.publishMark(13, 1, 2);
      await progress.moveCursor(moveOf(11, 12, { fork: 1, leaseToken: 3, reconcileFrom }));
      await progress.noteStall(stalled);
      await progress.invalidate(marker);
    },
    read: ({ progress }) => progress.read(),
    found: {
      ...noProgress,
      fork: 1,
      rewinds: [{ fork: 1, height: 11 }],
      mark: 13,
      cursor: blockAt(12),
      followedFrom: 10,
      activityFrom: 10,
      protocolVersion: '2.0.0',
      logicVersion: 1,
      settings: 'settings-1',
      discovers: 'settings-1',
      leaseToken: 3,
      stalled,
      reconcileFrom,
      invalidations: [marker],
    },
  },
  'the newest head': {
    table: 'progress',
    key: { name: 'head' },
    attributes: { network: 'casper', head },
    write: ({ progress }) => progress.seeHead(head, 'casper'),
    read: ({ progress }) => progress.read(),
    found: { ...noProgress, network: 'casper', head },
  },
  'that sync was asked to read every basis again': {
    table: 'progress',
    key: { name: 'head' },
    attributes: { basesAsked: 2 },
    async write({ progress }) {
      await progress.askForBases();
      await progress.askForBases();
    },
    read: ({ progress }) => progress.read(),
    found: { ...noProgress, basesAsked: 2 },
  },
  'how far the chain is followed, once sync has read every basis again': {
    table: 'progress',
    key: { name: 'chain' },
    attributes: {
      mark: 11,
      cursor: blockAt(11),
      followedFrom: 10,
      activityFrom: 10,
      protocolVersion: '2.0.0',
      rules: 1,
      settings: 'settings-1',
      basesRead: 1,
      discovers: 'settings-1',
      turn: 1,
    },
    async write({ progress }) {
      await progress.askForBases();
      await progress.moveCursor(moveOf(null, 11, { basesAsked: 1 }));
    },
    // The head's item alone says how often it was asked for.
    read: async ({ progress }) => (await progress.read()).settings,
    found: null,
  },
  'the newest head of a later fork': {
    table: 'progress',
    key: { name: 'head' },
    attributes: { network: 'casper', head, branch: 2 },
    write: ({ progress }) => progress.seeHead(head, 'casper', 2),
    read: ({ progress }) => progress.read(),
    found: { ...noProgress, network: 'casper', head },
  },
  'what is known of the nodes': {
    table: 'progress',
    key: { name: 'nodes' },
    attributes: { 'node#n1:7777/rpc': node, 'node#n2': { ...node, open: false } },
    async write({ progress }) {
      await progress.noteNode('n1:7777/rpc', node, 0);
      await progress.noteNode('n2', { ...node, open: false }, 0);
    },
    read: ({ progress }) => progress.read(),
    found: { ...noProgress, nodes: { 'n1:7777/rpc': node, n2: { ...node, open: false } } },
  },
  'how far the chain is followed, under a higher logic version': {
    table: 'progress',
    key: { name: 'chain' },
    attributes: {
      mark: 12,
      cursor: blockAt(12),
      followedFrom: 12,
      activityFrom: 12,
      protocolVersion: '2.0.0',
      rules: 2,
      discovers: 'settings-1',
      turn: 1,
    },
    async write({ progress }) {
      await progress.moveCursor(moveOf(null, 12));
      await progress.raiseLogicVersion(2, blockAt(12));
    },
    read: ({ progress }) => progress.read(),
    found: {
      ...noProgress,
      ...{
        mark: 12,
        cursor: blockAt(12),
        followedFrom: 12,
        activityFrom: 12,
        protocolVersion: '2.0.0',
        logicVersion: 2,
        discovers: 'settings-1',
        leaseToken: 1,
      },
    },
  },
  'what a caller has taken of its limit': {
    table: 'budgets',
    key: { caller: 'key:a' },
    attributes: {
      'taken#100': 2,
      'taken#101': 3,
      list: 'limited',
      limitedUntil: '2026-01-01T00:00:00.000Z',
      expiresAt: 1_767_229_200,
    },
    async write({ budgets }) {
      await budgets.take('key:a', { bucket: 100, requests: 4, back: null });
      await budgets.take('key:a', { bucket: 101, requests: 3, back: { bucket: 100, requests: 2 } });
      await budgets.noteLimited('key:a', Date.parse('2026-01-01T00:00:00.000Z'), null);
    },
    read: ({ budgets }) => budgets.limited(Date.parse('2025-12-31T00:00:00.000Z'), 9),
    found: [{ caller: 'key:a', until: '2026-01-01T00:00:00.000Z' }],
  },
  'a webhook with all that one may have': {
    table: 'webhooks',
    key: { id: wholeWebhook.id, part: 'settings' },
    attributes: {
      list: 'all',
      open: 'all',
      url: 'https://hooks.example/new',
      filter: '{"kinds":["asset"],"types":["RecordChanged"],"collection":"c","account":"a"}',
      description: 'for the shop',
      status: 'paused',
      reason: 'failures',
      since: '2026-01-01T00:00:00.000Z',
      createdAt: '2026-01-01T00:00:00.000Z',
      createdBy: 'local:operator-key',
      rotatedAt: '2026-01-02T00:00:00.000Z',
      secretsDigest: 'a'.repeat(64),
      revision: 1,
      auditHead: 'entry-1',
      digest: 'd00ea2058221e6733e4bfb37ad829b9d6db8916d03e6a8ef3c5e7c2fa269333a',
    },
    write: ({ webhooks }) => webhooks.change({ webhook: wholeWebhook, entry: webhookEntryOf(wholeWebhook) }),
    read: ({ webhooks }) => webhooks.find(wholeWebhook.id),
    found: wholeWebhook,
  },
  'the secrets of a webhook': {
    table: 'webhooks',
    key: { id: wholeWebhook.id, part: 'secrets' },
    attributes: { secrets: '[{"secret":"whsec_a","until":null}]' },
    write: ({ webhooks }) =>
      webhooks.change({
        webhook: wholeWebhook,
        entry: webhookEntryOf(wholeWebhook),
        secrets: [{ secret: 'whsec_a', until: null }],
      }),
    read: ({ webhooks }) => webhooks.secrets(wholeWebhook.id),
    found: [{ secret: 'whsec_a', until: null }],
  },
  'how far a webhook is': {
    table: 'webhooks',
    key: { id: wholeWebhook.id, part: 'delivery' },
    attributes: {
      cursor: '7.0123456789abcdef',
      owner: 'one',
      until: 2_000,
      token: 1,
      delivered: 5,
      lastDeliveredAt: '2026-01-01T00:00:00.000Z',
      failures: 2,
      failingSince: '2026-01-01T00:01:00.000Z',
      nextAttemptAt: '2026-01-01T00:02:00.000Z',
      lastFailure: '{"at":"2026-01-01T00:01:00.000Z","event":"e","problem":"status","status":500,"errorCode":null}',
    },
    write: ({ webhooks }) =>
      webhooks.change({ webhook: wholeWebhook, entry: webhookEntryOf(wholeWebhook), delivery: failingDelivery }),
    read: async ({ webhooks }) => (await webhooks.deliveries([wholeWebhook.id]))[0],
    found: failingDelivery,
  },
  'an API key with all that a key may have': {
    table: 'keys',
    key: { id: '0123456789ab' },
    attributes: {
      list: 'all',
      name: 'the app',
      secretHash: 'a'.repeat(64),
      roles: '["writer","auditor"]',
      collections: '["c"]',
      application: 'shop',
      limits: '{"requestsPerMinute":60,"chainReadsPerMinute":6}',
      createdAt: '2026-01-01T00:00:00.000Z',
      createdBy: 'local:operator-key',
      expiresAt: '2026-02-01T00:00:00.000Z',
      revokedAt: '2026-01-02T00:00:00.000Z',
      revokedBy: 'key:1',
      note: 'for the shop',
      replaces: '1123456789ab',
      replacedBy: '2123456789ab',
      revision: 1,
      auditHead: 'entry-1',
      digest: 'f17c8766cab1a0c175dfa9c014740e5bde311cfc3b2d6e57348d1f508b97ba82',
    },
    write: ({ keys }) => keys.change({ key: wholeKey, entry: keyEntryOf(wholeKey) }),
    read: ({ keys }) => keys.find(wholeKey.id),
    found: wholeKey,
  },
  'an API key with as little as a key may have': {
    table: 'keys',
    key: { id: '0123456789ab' },
    attributes: {
      list: 'all',
      name: 'the app',
      secretHash: 'a'.repeat(64),
      roles: '["writer","auditor"]',
      createdAt: '2026-01-01T00:00:00.000Z',
      createdBy: 'local:operator-key',
      revision: 1,
      auditHead: 'entry-1',
      digest: '3c0b665c46027d684a819ec78e8a7c80b47baac5a33eec4aefa6bb96d3752930',
    },
    write: ({ keys }) => keys.change({ key: keySample(), entry: keyEntryOf(keySample()) }),
    read: ({ keys }) => keys.find(wholeKey.id),
    found: keySample(),
  },
  'local data': {
    table: 'local-data',
    key: { ref: 'shop#asset#a:1' },
    attributes: {
      data: '{"n":1.10}',
      digest: localSample('{"n":1.10}').digest,
      sequence: 1,
      auditHead: 'entry-1',
      updatedAt: '2026-01-01T00:00:00.000Z',
    },
    write: ({ localData }) => localData.change(localChangeOf(localSample('{"n":1.10}'))),
    read: ({ localData }) => localData.find(localSample().place),
    found: localSample('{"n":1.10}'),
  },
  'local data that was deleted': {
    table: 'local-data',
    key: { ref: 'shop#asset#a:1' },
    attributes: { sequence: 1, auditHead: 'entry-1', updatedAt: '2026-01-01T00:00:00.000Z' },
    write: ({ localData }) => localData.change(localChangeOf(localSample(null))),
    read: ({ localData }) => localData.find(localSample().place),
    found: localSample(null),
  },
  'a lease': {
    table: 'progress',
    key: { name: 'lease#read' },
    attributes: { owner: 'one', until: 115_000, expiresAt: 115 },
    write: ({ progress }) => progress.takeLease('read', 'one', 100_000, 115_000),
    read: ({ progress }) => progress.leasedUntil('read', 100_000),
    found: 115_000,
  },
  'the sync lease': {
    table: 'progress',
    key: { name: 'turn#sync' },
    attributes: { owner: 'one', until: 115, token: 1 },
    write: ({ progress }) => progress.acquireSyncLease('one', 100, 115),
    read: ({ progress }) => progress.acquireSyncLease('two', 115, 130),
    found: 2,
  },
  'the latest ticks': {
    table: 'progress',
    key: { name: 'ticks' },
    attributes: {
      ticks: [
        '{"at":"2026-01-01T00:00:00.000Z","from":11,"to":12,"refreshed":3,"calls":8,"milliseconds":420,"stoppedBy":"done","reason":null,"stuckAt":null}',
      ],
    },
    write: ({ progress }) => progress.noteTick(tickOf()),
    read: ({ progress }) => progress.ticks(),
    found: [tickOf()],
  },
  'the directory of validators': {
    table: 'progress',
    key: { name: 'validators' },
    attributes: { ...walked, validators: new Set(['01', '02']) },
    write: ({ progress }) => progress.growDirectory(walked),
    read: ({ progress }) => progress.directory(),
    found: walked,
  },
  'the trusted switch block': {
    table: 'progress',
    key: { name: 'trust' },
    attributes: { ...trustAt(20) },
    write: ({ progress }) => progress.keepTrust(trustAt(20), false),
    read: ({ progress }) => progress.trust(),
    found: trustAt(20),
  },
  'the hot keys of a process': {
    table: 'progress',
    key: { name: `heat#${hotKeySlotOf('process')}` },
    attributes: { keys: ['asset#a'], at: now, expiresAt: 1_767_874_500 },
    write: ({ progress }) => progress.saveHotKeys('process', ['asset#a'], now),
    read: ({ progress }) => progress.hotKeys(now),
    found: ['asset#a'],
  },
  'the drift of a day': {
    table: 'progress',
    key: { name: 'drift#2026-01-08' },
    attributes: { same: 3, differs: 2, none: 1, expiresAt: 1_769_083_200 },
    write: ({ progress }) => progress.noteDrift({ same: 3, differs: 2, none: 1 }, now),
    read: ({ progress }) => progress.drift(now),
    found: [{ day: '2026-01-08', same: 3, differs: 2, none: 1 }],
  },
};

const readable = Object.entries(items).filter(([, { read }]) => read !== undefined);

let engine: Engine;
let dynamo: Dynamo;
let prefixes = 0;

beforeAll(async () => {
  delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
  engine = await startEngine();
  dynamo = createDynamo({ endpoint: engine.endpoint, requestTimeoutMs: 10_000, connectionTimeoutMs: 10_000 });
});
afterAll(() => engine.stop());

async function emptyStore(): Promise<{ readonly prefix: string; readonly store: Store }> {
  const prefix = `items-${++prefixes}`;
  await createTables(dynamo, prefix);
  return { prefix, store: createStore(dynamo, prefix, { now: () => now }) };
}

describe('An item is written with exactly these attributes:', () => {
  test.each(Object.entries(items))('%s', async (_, { table, key, attributes, write }) => {
    const { prefix, store } = await emptyStore();
    await write(store);
    const { Item } = await dynamo.send(new GetCommand({ TableName: tableName(prefix, table), Key: key }));
    expect(Item).toStrictEqual({ ...key, ...inTables(attributes, prefix) });
  });
});

describe('An item that an earlier version has written is read back:', () => {
  test.each(readable)('%s', async (_, { table, key, attributes, read, found }) => {
    const { prefix, store } = await emptyStore();
    const Item = {
      ...key,
      ...inTables(attributes, prefix),
      ...(key.name === 'chain' && 'stalled' in attributes && { stallNote: 'n' }),
    };
    await dynamo.send(new PutCommand({ TableName: tableName(prefix, table), Item }));
    expect(await read?.(store)).toStrictEqual(found);
  });
});

test.each<readonly [string, Readonly<Record<string, unknown>>]>([
  ['the head', { head, network: 'casper' }],
  ['a node', { 'node#n1:7777/rpc': node }],
])('Tables of an earlier version, with %s in the item of the cursor, are refused', async (_, attributes) => {
  const { prefix, store } = await emptyStore();
  const Item = { name: 'chain', mark: 12, cursor: blockAt(12), ...attributes };
  await dynamo.send(new PutCommand({ TableName: tableName(prefix, 'progress'), Item }));
  await expect(store.progress.read()).rejects.toThrow(/written by an earlier version.*use new tables/);
});

test.each<readonly [string, Readonly<Record<string, unknown>>]>([
  ['without a hash', { secretHash: undefined }],
  ['with a role that is none', { roles: '["writer","root"]' }],
  ['with roles that are no list', { roles: 'writer' }],
  ['with collections that are no list', { collections: '{}' }],
  ['with limits that are no numbers', { limits: '{"requestsPerMinute":"many","chainReadsPerMinute":1}' }],
  ['with an expiry that is no text', { expiresAt: 4_000_000_000 }],
  ['with a revocation that is no text', { revokedAt: true }],
  ['with another role, and the digest of before', { roles: '["writer","auditor","operator"]' }],
  ['with a later end, and the digest of before', { expiresAt: '2099-01-01T00:00:00.000Z' }],
  ['with the hash of another secret', { secretHash: 'b'.repeat(64) }],
  ['without a digest', { digest: undefined }],
  ['without the head of its trail', { auditHead: undefined }],
])('A row of an API key %s does not admit (rule ACCESS-22)', async (_, edited) => {
  const { prefix, store } = await emptyStore();
  const { key, attributes } = items['an API key with as little as a key may have'] as StoredItem;
  await dynamo.send(
    new PutCommand({ TableName: tableName(prefix, 'keys'), Item: { ...key, ...attributes, ...edited } }),
  );
  const found = await store.keys.find(wholeKey.id);
  expect(found).toMatchObject({ id: wholeKey.id, roles: [], unreadable: true });
  expect(found && statusOfKey(found, 0)).toBe('revoked');
  expect((await store.keys.list({ limit: 1 })).keys).toStrictEqual([found]);
});

test('A row of an API key that is hidden from the lists does not admit; nor does one whose revocation was taken back', async () => {
  const { prefix, store } = await emptyStore();
  for (const [name, edited] of [
    ['an API key with as little as a key may have', { list: 'none' }],
    ['an API key with all that a key may have', { revokedAt: undefined, revokedBy: undefined }],
  ] as const) {
    const { key, attributes } = items[name] as StoredItem;
    const Item = { ...key, ...attributes, ...edited };
    await dynamo.send(new PutCommand({ TableName: tableName(prefix, 'keys'), Item }));
    expect(await store.keys.find(wholeKey.id)).toMatchObject({ roles: [], unreadable: true });
  }
});

test.each<readonly [string, Readonly<Record<string, unknown>>]>([
  ['another value', { data: '{"a":2}' }],
  ['no JSON', { data: '{' }],
  ['no text', { data: 5 }],
  ['no digest', { digest: undefined }],
  ['a digest alone', { data: undefined }],
])('A row of local data that was edited to %s is marked as unreadable (rule LOCAL-4)', async (_, edited) => {
  const { prefix, store } = await emptyStore();
  await store.localData.change(localChangeOf(localSample()));
  const { key, attributes } = items['local data'] as StoredItem;
  const Item = { ...key, ...attributes, data: '{"a":1}', digest: localSample().digest, ...edited };
  await dynamo.send(new PutCommand({ TableName: tableName(prefix, 'local-data'), Item }));
  expect(await store.localData.find(localSample().place)).toMatchObject({ unreadable: true, sequence: 1 });
});

test.each(['{', '5', '{"a":1e999}', 7])(
  'An event whose detail was edited to %j is one without a detail (rule FEED-3)',
  async (detail) => {
    const { prefix, store } = await emptyStore();
    for (const name of ['an event that is not published', 'an event of the log']) {
      const { table, key, attributes } = items[name] as StoredItem;
      await dynamo.send(
        new PutCommand({ TableName: tableName(prefix, table), Item: { ...key, ...attributes, detail } }),
      );
    }
    expect(await store.outbox.find([eventOf().id])).toMatchObject([{ event: { ...eventOf(), detail: {} } }]);
    expect(await store.changes.read(0, 1, 0)).toMatchObject([{ position: 1, event: { ...eventOf(), detail: {} } }]);
  },
);

test('A shard that an earlier version left in a phase that is gone continues in the rest', async () => {
  const { prefix, store } = await emptyStore();
  const { key, attributes } = items['a shard of a run'] as StoredItem;
  const page = { ...wholeShard.page, next: { phase: 'fallen-back', after: null, done: false } };
  const Item = { ...key, ...attributes, phase: 'fallen-back', fallenBack: '[]', page: JSON.stringify(page) };
  await dynamo.send(new PutCommand({ TableName: tableName(prefix, 'reconciliations'), Item }));
  expect((await store.reconciliations.shards('run-1'))[0]).toMatchObject({
    phase: 'rest',
    page: { next: { phase: 'rest', after: null, done: false } },
  });
});
