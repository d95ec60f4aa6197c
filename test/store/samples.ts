import { type Activity, activitiesIn } from '../../lib/domain/activity.ts';
import type { StoredKey } from '../../lib/domain/api-key.ts';
import type { Enumeration } from '../../lib/domain/collection.ts';
import type { Conflict } from '../../lib/domain/conflict.ts';
import type { DomainEvent } from '../../lib/domain/domain-event.ts';
import { type LocalData, localDigestOf, localEntryValue, localTrail } from '../../lib/domain/local-data.ts';
import type { LocalChange } from '../../lib/domain/ports/local-data.ts';
import type { CursorMove } from '../../lib/domain/ports/progress-store.ts';
import { LOGIC_VERSION } from '../../lib/domain/progress.ts';
import type { Reconciliation, ShardProgress } from '../../lib/domain/reconciliation.ts';
import type { AuditEntry, CacheEntry, EntityRecord } from '../../lib/domain/record.ts';
import type { StoredSubmission } from '../../lib/domain/submission.ts';
import { emptyTally } from '../../lib/domain/tally.ts';
import type { NotedTick } from '../../lib/domain/tick.ts';
import type { TokenCounts } from '../../lib/domain/token-counts.ts';
import type { StoredTrust } from '../../lib/domain/trust.ts';
import type { StoredWebhook } from '../../lib/domain/webhook.ts';

export const blockAt = (height: number, hash = `hash-${height}`) => ({
  height,
  hash,
  timestamp: new Date(1_700_000_000_000 + height * 8_000).toISOString(),
});

export const trustAt = (height: number, anchor = 0): StoredTrust => ({
  network: 'casper',
  anchor: { height: anchor, hash: `hash-${anchor}` },
  height,
  hash: `hash-${height}`,
  eraId: Math.floor(height / 10),
  weights: { '01aa': '500000000000000', '02bb': '7' },
  below: height === anchor ? null : `hash-${height - 10}`,
});

type Parts<Whole> = Partial<Omit<Whole, 'ref' | 'block'>> & {
  id?: string;
  kind?: string;
  height?: number;
  hash?: string;
};

export const recordOf = ({
  id = 'a',
  kind = 'asset',
  height = 10,
  hash,
  ...parts
}: Parts<EntityRecord> = {}): EntityRecord => ({
  ref: { kind, id },
  value: { owner: 'alice' },
  probedValidators: [],
  block: blockAt(height, hash),
  readSet: ['uref-1', 'uref-2'],
  bases: [{ name: 'layout:1', height, definition: 'layout-1' }],
  definition: 'definition-1',
  validUntil: null,
  digest: 'digest',
  sequence: 1,
  auditHead: 'audit-1',
  fork: 0,
  checkedAt: '2026-01-01T00:00:00.000Z',
  trackedUntil: '2026-02-01T00:00:00.000Z',
  logicVersion: LOGIC_VERSION,
  owner: null,
  tooLarge: false,
  conflict: null,
  ...parts,
});

export const countsOf = (packageHash: string, parts: Partial<TokenCounts> = {}): TokenCounts => ({
  packageHash,
  tracked: 5,
  burnt: 1,
  holders: 3,
  block: blockAt(10),
  fork: 0,
  enumeration: '2026-01-01T00:00:00.000Z',
  countedAt: '2026-01-01T00:00:01.000Z',
  ...parts,
});

/** The audit entry of a record's newest change. */
export const entryOf = (record: EntityRecord, parts: Partial<AuditEntry> = {}): AuditEntry => ({
  ref: record.ref,
  sequence: record.sequence,
  cause: 'lookup',
  actor: 'reader',
  before: null,
  after: record.value,
  block: record.block,
  timestamp: record.checkedAt,
  previousDigest: record.sequence === 1 ? null : `audit-${record.sequence - 1}`,
  digest: record.auditHead,
  ...parts,
});

export const comparedWith = ({ block, sequence }: EntityRecord) => ({
  height: block.height,
  hash: block.hash,
  sequence,
});

export const cacheEntryOf = ({
  id = 'a',
  kind = 'asset',
  height = 10,
  hash,
  ...parts
}: Parts<CacheEntry> = {}): CacheEntry => ({
  ref: { kind, id },
  value: { owner: 'alice' },
  block: blockAt(height, hash),
  bases: [{ name: 'layout:1', height, definition: 'layout-1', joined: { contractHash: 'c' } }],
  definition: 'definition-1',
  validUntil: null,
  sequence: 1,
  fork: 0,
  logicVersion: LOGIC_VERSION,
  trackedUntil: '2026-02-01T00:00:00.000Z',
  tooLarge: false,
  conflict: null,
  ...parts,
});

export const conflictOf = (parts: Partial<Conflict> = {}): Conflict => ({
  id: 'c1',
  ref: { kind: 'asset', id: 'a' },
  class: 'value',
  status: 'open',
  fields: [{ field: 'owner', database: 'alice', chain: 'bob', resolution: 'chain-wins' }],
  block: blockAt(10),
  databaseDigest: 'digest',
  chainDigest: 'digest-of-the-chain',
  evidence: [
    { node: 'n1', says: 'chain' },
    { node: 'n2', says: 'nothing' },
  ],
  openedAt: '2026-01-01T00:00:00.000Z',
  owner: null,
  deadline: null,
  resolvedAt: null,
  decision: null,
  revision: 1,
  ...parts,
});

/** The same conflict, decided. */
export const resolvedOf = (conflict: Conflict): Conflict => ({
  ...conflict,
  status: 'resolved',
  resolvedAt: '2026-01-01T00:05:00.000Z',
  decision: { decision: 'chain', reviewer: 'service', note: null, at: '2026-01-01T00:05:00.000Z' },
  revision: conflict.revision + 1,
});

export const eventOf = (parts: Partial<DomainEvent> = {}): DomainEvent => ({
  id: 'SyncStalled#1',
  type: 'SyncStalled',
  at: '2026-01-01T00:00:00.000Z',
  detail: { reason: 'no node can answer' },
  ...parts,
});

export const moveOf = (from: number | null, to: number, parts: Partial<CursorMove> = {}): CursorMove => ({
  from: from === null ? null : blockAt(from),
  fork: 0,
  leaseToken: 1,
  to: blockAt(to),
  followedFrom: 10,
  activityFrom: 10,
  protocolVersion: '2.0.0',
  logicVersion: 1,
  settings: 'settings-1',
  basesAsked: 0,
  discovers: 'settings-1',
  ...parts,
});

export const tickOf = (parts: Partial<NotedTick> = {}): NotedTick => ({
  at: '2026-01-01T00:00:00.000Z',
  from: 11,
  to: 12,
  refreshed: 3,
  calls: 8,
  milliseconds: 420,
  stoppedBy: 'done',
  reason: null,
  stuckAt: null,
  ...parts,
});

export const runOf = (parts: Partial<Reconciliation> = {}): Reconciliation => ({
  id: 'run-1',
  scope: { of: 'all' },
  dryRun: false,
  startedBy: 'schedule',
  status: 'running',
  startedAt: '2026-01-01T00:00:00.000Z',
  finishedAt: null,
  attempt: 1,
  takenUpAt: '2026-01-01T00:00:00.000Z',
  block: null,
  callsAllowed: 1_000,
  reason: null,
  coverage: null,
  revision: 1,
  ...parts,
});

export const shardProgressOf = (parts: Partial<ShardProgress> = {}): ShardProgress => ({
  shard: 7,
  revision: 1,
  phase: 'never',
  after: null,
  done: false,
  page: null,
  tally: emptyTally,
  updatedAt: '2026-01-01T00:00:00.000Z',
  ...parts,
});

export const keySample = (parts: Partial<StoredKey> = {}): StoredKey => ({
  id: '0123456789ab',
  name: 'the app',
  secretHash: 'a'.repeat(64),
  roles: ['writer', 'auditor'],
  collections: null,
  application: null,
  limits: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  createdBy: 'local:operator-key',
  expiresAt: null,
  revokedAt: null,
  revokedBy: null,
  note: null,
  replaces: null,
  replacedBy: null,
  revision: 1,
  auditHead: 'entry-1',
  ...parts,
});

/** An entry of the trail of a key, its first unless it is given a sequence. */
export const keyEntryOf = ({ id }: Pick<StoredKey, 'id'>, parts: Partial<AuditEntry> = {}): AuditEntry => ({
  ref: { kind: 'key', id },
  sequence: 1,
  cause: 'access',
  actor: 'local:operator-key',
  before: null,
  after: { name: 'the app' },
  block: null,
  timestamp: '2026-01-01T00:00:00.000Z',
  previousDigest: null,
  digest: `digest of ${id}`,
  ...parts,
});

export const submissionSample = (parts: Partial<StoredSubmission> = {}): StoredSubmission => ({
  hash: 'c'.repeat(64),
  kind: 'Version1',
  initiator: `account-hash-${'d'.repeat(64)}`,
  account: 'd'.repeat(64),
  timestamp: '2026-01-01T00:00:00.000Z',
  ttl: '30m',
  validUntil: '2026-01-01T00:30:00.000Z',
  digest: 'e'.repeat(64),
  by: 'key:0123456789ab',
  state: 'sending',
  attempt: 1,
  holder: 'process-1',
  until: 1_767_225_630_000,
  at: '2026-01-01T00:00:00.000Z',
  node: null,
  reason: null,
  nodeCode: null,
  outcome: null,
  block: null,
  fork: null,
  entries: 0,
  auditHead: null,
  revision: 1,
  ...parts,
});
/** Data of the application `shop` beside an asset; null: it was deleted. */
export const localSample = (text: string | null = '{"a":1}', parts: Partial<LocalData> = {}): LocalData => ({
  place: { application: 'shop', ref: { kind: 'asset', id: 'a:1' } },
  text,
  digest: text === null ? null : localDigestOf(text),
  sequence: 1,
  auditHead: 'entry-1',
  updatedAt: '2026-01-01T00:00:00.000Z',
  ...parts,
});

/** The change that leaves such data, with its entry. */
export const localChangeOf = (data: LocalData, before?: LocalData, parts: Partial<AuditEntry> = {}): LocalChange => ({
  before,
  data,
  entry: {
    ref: localTrail(data.place),
    sequence: data.sequence,
    cause: 'application',
    actor: 'key:0123456789ab',
    before: localEntryValue(before?.text ?? null),
    after: localEntryValue(data.text),
    block: null,
    timestamp: data.updatedAt,
    previousDigest: before?.auditHead ?? null,
    digest: data.auditHead,
    ...parts,
  },
});

export const enumerationOf = (parts: Partial<Enumeration> = {}): Enumeration => ({
  packageHash: 'aa',
  status: 'enumerating',
  block: blockAt(10),
  fork: 0,
  definition: 'definition-1',
  total: 5,
  next: 2,
  failed: 0,
  again: [],
  reason: null,
  tries: 0,
  failingSince: null,
  startedAt: '2026-01-01T00:00:00.000Z',
  finishedAt: null,
  updatedAt: '2026-01-01T00:00:01.000Z',
  revision: 1,
  ...parts,
});

export const webhookSample = (parts: Partial<StoredWebhook> = {}): StoredWebhook => ({
  id: `wh_${'0'.repeat(24)}`,
  url: 'https://hooks.example/new',
  filter: { kinds: null, types: null, collection: null, account: null },
  description: null,
  status: 'active',
  reason: null,
  since: '2026-01-01T00:00:00.000Z',
  createdAt: '2026-01-01T00:00:00.000Z',
  createdBy: 'local:operator-key',
  rotatedAt: null,
  secretsDigest: 'a'.repeat(64),
  revision: 1,
  auditHead: 'entry-1',
  ...parts,
});

/** An entry of the trail of a webhook, its first unless it is given a sequence. */
export const webhookEntryOf = ({ id }: Pick<StoredWebhook, 'id'>, parts: Partial<AuditEntry> = {}): AuditEntry => ({
  ...keyEntryOf({ id }),
  ref: { kind: 'webhook', id },
  ...parts,
});

interface ActivityParts {
  readonly account: string;
  readonly height?: number;
  readonly role?: Activity['role'];
  readonly fork?: number;
  /** Of the transfer. */
  readonly id?: string | null;
}

export const activityOf = ({
  account,
  height = 10,
  role = 'initiated',
  fork = 0,
  id = null,
}: ActivityParts): Activity => {
  const other = `account-hash-${'9'.repeat(64)}`;
  const [source, target] = ['1', '2'].map((digit) => `uref-${digit.repeat(64)}-007`) as [string, string];
  const transfer = { from: other, to: account, source, target, amount: '2500000000', id };
  const transaction = {
    hash: String(height).padStart(64, '0'),
    initiator: role === 'initiated' ? account : other,
    cost: '100000000',
    errorMessage: null,
    transfers: role === 'transfer-out' ? [{ ...transfer, from: account, to: other }] : [transfer],
  };
  const tracked = { has: (who: string) => who === account, ofBalance: () => [] };
  const [found] = activitiesIn([{ block: blockAt(height), transactions: [transaction] }], tracked, fork).filter(
    (one) => one.role === role,
  );
  if (found === undefined) throw new Error('no such activity');
  return found;
};
