import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type BrokenLink, chainEntry } from '../../../lib/domain/audit-chain.ts';
import { digestOf } from '../../../lib/domain/digest.ts';
import { refKey } from '../../../lib/domain/entity.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import type { AuditEntry, EntityRecord } from '../../../lib/domain/record.ts';
import { type VerifiedAudit, verifyAudit } from '../../../lib/usecases/audit/verify-audit.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { noteRefusal } from '../../../lib/usecases/saving/note-refusal.ts';
import { noteTransition } from '../../../lib/usecases/status/note-transition.ts';
import type { MemoryTables } from '../../support/memory-store.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { startService, type TestService } from '../../support/service.ts';

const truth = recordedTruth('chain-d');
const fromChain = { ...defaultReadOptions, noCache: true };
const recorded = new Set(['basis', 'asset', 'account', 'staking', 'transaction']);

let running: TestService;
let written: Pick<MemoryTables, 'audit' | 'records'>;
/** A record that has changed more than once. */
let key: string;

beforeAll(async () => {
  running = await startService({ recording: 'chain-d', height: 60 });
  const { service, node } = running;
  const read = (kind: string, id: string) => lookup({ kind, id }, fromChain, service).catch(() => undefined);
  for (const height of [60, 90, 120, truth.lastHeight]) {
    node.setHeight(height);
    for (const { packageHash, tokenId } of truth.tokens) await read('asset', `${packageHash}:${tokenId}`);
    for (const { id } of truth.accounts) await Promise.all([read('account', id), read('staking', id)]);
    for (const { hash } of truth.transactions.slice(0, 10)) await read('transaction', hash);
  }
  await noteTransition({ node: 'one', open: true, reason: 'down', at: Date.now() }, service);
  await noteTransition({ node: 'one', open: false, reason: null, at: Date.now() }, service);
  const [record] = [...running.store.tables.records.values()];
  if (record === undefined) throw new Error('nothing was saved');
  await noteRefusal('older logic version', record, service);
  const { audit, records } = running.store.tables;
  key =
    [...audit.values()]
      .find((trail) => trail.length >= 3 && trail[0]?.ref.kind === 'account')
      ?.map(({ ref }) => refKey(ref))[0] ?? '';
  written = structuredClone({ audit, records });
});
afterAll(() => running.close());

beforeEach(() => {
  const { audit, records } = running.store.tables;
  for (const [table, before] of [
    [audit, written.audit],
    [records, written.records],
  ] as const) {
    table.clear();
    for (const [name, value] of structuredClone(before)) (table as Map<string, unknown>).set(name, value);
  }
});

async function verified(): Promise<VerifiedAudit & { readonly links: readonly BrokenLink[] }> {
  const links: BrokenLink[] = [];
  const span = { from: '2020-01-01', until: new Date(Date.now() + 86_400_000).toISOString() };
  const found = await verifyAudit({ ...span, recorded, onBroken: (link) => links.push(link) }, running.service);
  return { ...found, links };
}

const trailOf = (of = key): AuditEntry[] => running.store.tables.audit.get(of) ?? [];
const setTrail = (trail: AuditEntry[]) => void running.store.tables.audit.set(key, trail);
const changeRecord = (changed: Partial<EntityRecord>): void => {
  const record = running.store.tables.records.get(key);
  if (record === undefined) throw new Error('no record');
  running.store.tables.records.set(key, { ...record, ...changed });
};
/** The entries with new digests and links, as a skilled forger would write them. */
function rechained(trail: readonly AuditEntry[]): AuditEntry[] {
  const done: AuditEntry[] = [];
  for (const { digest: _, ...entry } of trail) {
    done.push(chainEntry({ ...entry, sequence: done.length + 1, previousDigest: done.at(-1)?.digest ?? null }));
  }
  return done;
}

/** The result with one broken trail, broken at this entry. */
async function expectBroken(sequence: number, problem: RegExp): Promise<void> {
  const { broken, first, links } = await verified();
  expect({ broken, links }).toEqual({ broken: 1, links: [first] });
  expect(first && { ...first, ref: refKey(first.ref) }).toEqual({
    ref: key,
    sequence,
    problem: expect.stringMatching(problem),
  });
}

describe('the trails of every kind, of nodes and of refusals', () => {
  test('are whole', async () => {
    const { trails, entries, broken, links } = await verified();
    expect({ broken, links }).toEqual({ broken: 0, links: [] });
    expect(trails).toBe(written.audit.size);
    expect(entries).toBe([...written.audit.values()].flat().length);
    expect(new Set([...written.audit.values()].map(([entry]) => entry?.ref.kind))).toEqual(
      new Set(['asset', 'account', 'staking', 'transaction', 'basis', 'node', 'refusal']),
    );
    expect(trailOf().length).toBeGreaterThanOrEqual(3);
  });

  test('are read completely if they have one entry in the span, and not at all without one', async () => {
    const at = trailOf().at(-1)?.timestamp ?? '';
    const span = { from: at, until: new Date(Date.parse(at) + 1).toISOString() };
    setTrail(
      trailOf().map((entry) => (entry.sequence === 1 ? { ...entry, timestamp: '2026-01-01T00:00:00.000Z' } : entry)),
    );
    const onBroken = () => undefined;
    const found = await verifyAudit({ ...span, recorded, onBroken }, running.service);
    expect(found.first).toMatchObject({ sequence: 1, problem: expect.stringMatching(/digest/) });
    const before = { from: '2025-01-01', until: '2025-12-31' };
    expect(await verifyAudit({ ...before, recorded, onBroken }, running.service)).toMatchObject({
      trails: 0,
      broken: 0,
    });
  });
});

describe('the first broken link is named (rule ITEM-3):', () => {
  test.each(['before', 'after', 'actor', 'cause', 'timestamp'] as const)(
    'an entry whose %s was changed',
    async (member) => {
      const other = {
        before: { balance: '1' },
        after: { balance: '1' },
        actor: 'mallory',
        cause: 'sync',
        timestamp: '2026-01-01T00:00:00.000Z',
      };
      setTrail(trailOf().map((entry) => (entry.sequence === 2 ? { ...entry, [member]: other[member] } : entry)));
      await expectBroken(2, /digest/);
    },
  );

  test('an entry that was changed together with its digest', async () => {
    setTrail(
      trailOf().map(({ digest, ...entry }) =>
        entry.sequence === 2 ? chainEntry({ ...entry, actor: 'mallory' }) : { ...entry, digest },
      ),
    );
    await expectBroken(3, /does not follow/);
  });

  test('an entry in the middle that was removed', async () => {
    setTrail(trailOf().filter(({ sequence }) => sequence !== 2));
    await expectBroken(2, /missing/);
  });

  test('the first entry that was removed', async () => {
    setTrail(trailOf().slice(1));
    await expectBroken(1, /missing/);
  });

  test('the newest entry that was removed', async () => {
    const { length } = trailOf();
    setTrail(trailOf().slice(0, -1));
    await expectBroken(length, /missing, though the record counts it/);
  });

  test('a completely forged trail: the record has the digest of another last entry', async () => {
    const { length } = trailOf();
    setTrail(rechained(trailOf().map((entry) => ({ ...entry, actor: 'mallory' }))));
    await expectBroken(length, /newest entry that its record names/);
  });

  test('a trail without one entry, whose other entries were chained again', async () => {
    const { length } = trailOf();
    setTrail(rechained(trailOf().filter(({ sequence }) => sequence !== 2)));
    await expectBroken(length, /missing, though the record counts it/);
  });

  test('an entry that was added', async () => {
    const last = trailOf().at(-1);
    if (last === undefined) throw new Error('no trail');
    setTrail(rechained([...trailOf(), last]));
    await expectBroken(trailOf().length, /newest entry that its record names/);
  });

  test('a record with a changed value, and one with a changed value and digest', async () => {
    const { length } = trailOf();
    const forged = { ...running.store.tables.records.get(key)?.value, balance: '1' };
    changeRecord({ value: forged });
    await expectBroken(length, /value was changed/);
    changeRecord({ value: forged, digest: digestOf(forged) });
    await expectBroken(length, /value was changed/);
  });

  test('a missing record', async () => {
    running.store.tables.records.delete(key);
    await expectBroken(trailOf().length, /record is missing/);
  });

  test('every one of several broken trails, and which of them is broken first', async () => {
    const keys = [...running.store.tables.audit.keys()].slice(0, 3);
    for (const of of keys) {
      running.store.tables.audit.set(
        of,
        trailOf(of).map((entry) => (entry.sequence === 1 ? { ...entry, actor: 'mallory' } : entry)),
      );
    }
    const { broken, first, links } = await verified();
    expect(broken).toBe(3);
    expect(links.map(({ ref }) => refKey(ref)).sort()).toEqual([...keys].sort());
    const oldest = [...running.store.tables.audit.values()].flat().filter(({ ref }) => keys.includes(refKey(ref)));
    oldest.sort((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp));
    expect(first?.ref).toEqual(oldest[0]?.ref);
  });
});

test('a value that a reviewer decided to keep is not a broken link while the decision is valid', async () => {
  const { conflicts } = running.store.tables;
  const record = running.store.tables.records.get(key) as EntityRecord;
  changeRecord({
    value: { ...record.value, balance: '1' },
    conflict: { id: 'one', state: 'kept', chainDigest: record.digest },
  });
  await expectBroken(trailOf().length, /value was changed/);
  const decided = { decision: 'database', reviewer: 'ada', note: null, at: '2026-11-01T00:00:00.000Z' } as const;
  const { ref, block } = record;
  conflicts.set('one', {
    id: 'one',
    ref,
    block,
    class: 'edited',
    status: 'resolved',
    fields: [],
    databaseDigest: '',
    chainDigest: record.digest,
    evidence: [],
    openedAt: decided.at,
    owner: null,
    deadline: null,
    resolvedAt: decided.at,
    decision: decided,
    revision: 2,
  });
  expect(await verified()).toMatchObject({ broken: 0 });
});

test('a trail that grows while it is read is not broken', async () => {
  const { service, store, node } = running;
  const { history } = store.audit;
  const growing: string[] = [];
  const grow = {
    ...store.audit,
    history: async (...args: Parameters<typeof history>) => {
      if (refKey(args[0]) === key && growing.length === 0) {
        growing.push(key);
        // After the first read of the record, and before the read of its trail.
        const record = store.tables.records.get(key) as EntityRecord;
        const next = chainEntry({
          ref: record.ref,
          sequence: record.sequence + 1,
          cause: 'sync',
          actor: 'service',
          before: { balance: null },
          after: { balance: '7' },
          block: truth.block(truth.lastHeight),
          timestamp: new Date().toISOString(),
          previousDigest: record.auditHead,
        });
        const value = { ...record.value, balance: '7' };
        setTrail([...trailOf(), next]);
        changeRecord({ value, digest: digestOf(value), sequence: next.sequence, auditHead: next.digest });
      }
      return history(...args);
    },
  };
  const span = { from: '2020-01-01', until: new Date(Date.now() + 86_400_000).toISOString() };
  const found = await verifyAudit({ ...span, recorded, onBroken: () => undefined }, { ...service, audit: grow });
  expect(growing).toEqual([key]);
  expect(found).toMatchObject({ broken: 0 });
  expect(node.calls().total).toBeGreaterThan(0);
});

test('the trails that sync writes while it follows a chain are whole', async () => {
  const { service, node, store, close } = await startService({ recording: 'chain-d', height: 20 });
  try {
    for (const { packageHash, tokenId } of truth.tokens) {
      await lookup({ kind: 'asset', id: `${packageHash}:${tokenId}` }, defaultReadOptions, service);
    }
    for (const { id } of truth.accounts) await lookup({ kind: 'account', id }, defaultReadOptions, service);
    for (let height = 20; height <= truth.lastHeight; height += 30) {
      node.setHeight(height);
      expect(await runTick(service)).toMatchObject({ stoppedBy: 'done', to: height });
    }
    const span = { from: '2020-01-01', until: new Date(Date.now() + 86_400_000).toISOString() };
    const found = await verifyAudit({ ...span, recorded, onBroken: () => undefined }, service);
    expect(found).toMatchObject({ broken: 0, trails: store.tables.audit.size });
    expect([...store.tables.audit.values()].flat().filter(({ cause }) => cause === 'sync').length).toBeGreaterThan(20);
  } finally {
    await close();
  }
});
