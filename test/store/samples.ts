import type { AuditEntry, CacheEntry, EntityRecord } from '../../lib/domain/record.ts';

export const blockAt = (height: number, hash = `hash-${height}`) => ({
  height,
  hash,
  timestamp: new Date(1_700_000_000_000 + height * 8_000).toISOString(),
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
  beside: [],
  block: blockAt(height, hash),
  readSet: ['uref-1', 'uref-2'],
  bases: [{ name: 'layout:1', height, definition: 'layout-1' }],
  definition: 'definition-1',
  holdsUntil: null,
  digest: 'digest',
  sequence: 1,
  auditHead: 'audit-1',
  branch: 0,
  checkedAt: '2026-01-01T00:00:00.000Z',
  followedUntil: '2026-02-01T00:00:00.000Z',
  rules: 1,
  owner: null,
  tooLarge: false,
  ...parts,
});

/** The entry that tells of a record's newest change. */
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
  holdsUntil: null,
  sequence: 1,
  branch: 0,
  rules: 1,
  followedUntil: '2026-02-01T00:00:00.000Z',
  tooLarge: false,
  ...parts,
});
