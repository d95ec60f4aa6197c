import { expect, test } from '@jest/globals';
import { digestOfKey, keyRandomBytes, type StoredKey } from '../../../lib/domain/api-key.ts';
import { chainEntry } from '../../../lib/domain/audit-chain.ts';
import { createAuditReport } from '../../../lib/usecases/audit/audit-report.ts';
import { verifyAudit } from '../../../lib/usecases/audit/verify-audit.ts';
import { createKey } from '../../../lib/usecases/keys/create-key.ts';
import { revokeKey } from '../../../lib/usecases/keys/revoke-key.ts';
import { rotateKey } from '../../../lib/usecases/keys/rotate-key.ts';
import { createMemoryStore } from '../../support/memory-store.ts';

const clock = { now: () => Date.parse('2026-01-01'), steady: () => 0 };
const span = { from: '2026-01-01', until: '2026-01-02' };

/** A key that was made, rotated and revoked, and its successor. */
async function world() {
  const store = createMemoryStore();
  const service = { ...store, clock };
  let made = 0;
  const maker = { actor: 'key:ada', random: () => new Uint8Array(keyRandomBytes).fill(++made) };
  const settings = {
    ...({ name: 'the app', roles: ['reader'], collections: null, application: null, limits: null } as const),
    ...{ expiresAt: null, note: null },
  };
  const { stored } = await createKey(settings, maker, service);
  const { stored: successor } = await rotateKey(stored.id, { overlapSeconds: 60 }, maker, service);
  const revoked = await revokeKey(stored.id, maker, service);
  const row = (id: string): StoredKey => store.tables.keys.get(id) as StoredKey;
  return {
    tables: store.tables,
    revoked,
    successor,
    edit: (id: string, parts: Partial<StoredKey>) => void store.tables.keys.set(id, { ...row(id), ...parts }),
    async broken() {
      const found: string[] = [];
      const request = {
        ...span,
        recorded: new Set(['key']),
        onBroken: ({ ref }: { ref: { id: string } }) => found.push(ref.id),
      };
      await verifyAudit(request, store);
      return found;
    },
    async brokenInReport() {
      const parts = { ...span, maxBytes: 1e6, render: () => ({}), sizeOf: () => 1 };
      const { summary } = await createAuditReport(parts, { ...store, definitions: new Map() });
      return summary.brokenTrails;
    },
  };
}

test('the rows of keys are what their trails say: made, rotated and revoked ones (rule ACCESS-24)', async () => {
  const { broken, brokenInReport } = await world();
  expect([await broken(), await brokenInReport()]).toEqual([[], 0]);
});

test.each<readonly [string, Partial<StoredKey>]>([
  ['with a role that was raised', { roles: ['operator'] }],
  ['for all collections', { collections: ['c'] }],
  ['of another application', { application: 'theirs' }],
  ['with another secret', { secretHash: 'f'.repeat(64) }],
  ['with a later end', { expiresAt: '2099-01-01T00:00:00.000Z' }],
  ['by another maker', { createdBy: 'key:mallory' }],
])('a row %s is found, even where its own digest was made anew (rule ACCESS-24)', async (_, edited) => {
  const { edit, broken, successor } = await world();
  edit(successor.id, edited);
  expect(await broken()).toEqual([successor.id]);
});

test('a row whose revocation was taken back is found, also as the whole row of before (rule ACCESS-24)', async () => {
  for (const parts of [
    { revokedAt: null, revokedBy: null },
    { revokedAt: null, revokedBy: null, revision: 2 },
  ]) {
    const { edit, broken, revoked } = await world();
    edit(revoked.id, parts);
    expect(await broken()).toEqual([revoked.id]);
  }
});

test('a row that is gone, and a trail whose newest entry was made anew, are found; the report shows both (rule ACCESS-24)', async () => {
  const { tables, broken, brokenInReport, revoked, successor } = await world();
  tables.keys.delete(successor.id);
  const trail = tables.audit.get(`key#${revoked.id}`) ?? [];
  const { digest: _, ...last } = trail.at(-1) as (typeof trail)[number];
  tables.audit.set(`key#${revoked.id}`, [...trail.slice(0, -1), chainEntry({ ...last, actor: 'key:ben' })]);
  expect((await broken()).sort()).toEqual([revoked.id, successor.id].sort());
  expect(await brokenInReport()).toBe(2);
});

test('a row that its digest does not fit is in the report (rule ACCESS-24)', async () => {
  const { edit, brokenInReport, successor } = await world();
  edit(successor.id, { unreadable: true });
  expect(await brokenInReport()).toBe(1);
});

test('the digest of a key covers each part of it but where its trail ends', () => {
  const key: StoredKey = {
    ...{ id: 'a', name: 'n', secretHash: 'h', roles: [], collections: null, application: null, limits: null },
    ...{ createdAt: 'c', createdBy: 'b', expiresAt: null, revokedAt: null, revokedBy: null, note: null },
    ...{ replaces: null, replacedBy: null, revision: 1, auditHead: 'x' },
  };
  for (const name of Object.keys(key) as (keyof StoredKey)[])
    expect([name, digestOfKey({ ...key, [name]: 'another' }) === digestOfKey(key)]).toEqual([
      name,
      name === 'auditHead',
    ]);
});
