import { describe, expect, test } from '@jest/globals';
import { isTextOf, keyIdIn, keyRandomBytes, statusOfKey } from '../../../lib/domain/api-key.ts';
import { verifyAudit } from '../../../lib/usecases/audit/verify-audit.ts';
import { createKey, type KeySettings } from '../../../lib/usecases/keys/create-key.ts';
import { listKeys } from '../../../lib/usecases/keys/list-keys.ts';
import { revokeKey } from '../../../lib/usecases/keys/revoke-key.ts';
import { rotateKey } from '../../../lib/usecases/keys/rotate-key.ts';
import { createMemoryStore } from '../../support/memory-store.ts';

const start = Date.parse('2026-01-01T00:00:00.000Z');
const hour = 3_600_000;
const iso = (at: number) => new Date(at).toISOString();
const settings: KeySettings = {
  name: 'the app',
  roles: ['writer'],
  collections: null,
  application: 'shop',
  limits: null,
  expiresAt: iso(start + 48 * hour),
  note: null,
};

function world(options: Parameters<typeof createMemoryStore>[0] = {}) {
  const store = createMemoryStore(options);
  let now = start;
  let made = 0;
  const random = () => new Uint8Array(keyRandomBytes).fill(++made);
  const service = { ...store, clock: { now: () => now, steady: () => now } };
  return {
    service,
    maker: { actor: 'local:operator-key', random },
    later(ms: number) {
      now += ms;
    },
    again() {
      made -= 1;
    },
    trail: async (id: string) => (await store.audit.history({ kind: 'key', id }, { limit: 99 })).reverse(),
    verified: () =>
      verifyAudit({ from: '2026-01-01', until: '2027-01-01', recorded: new Set(['key']), onBroken: () => {} }, service),
  };
}

describe('a key', () => {
  test('is given out once, and is stored and audited without its text; its trail has no hash either (rule ACCESS-20)', async () => {
    const { service, maker, trail, verified } = world();
    const { text, stored } = await createKey(settings, maker, service);
    expect(keyIdIn(text)).toBe(stored.id);
    const found = await service.keys.find(stored.id);
    expect(found).toStrictEqual(stored);
    expect(found && isTextOf(text, found)).toBe(true);
    const entries = await trail(stored.id);
    expect(entries).toMatchObject([
      {
        cause: 'access',
        actor: 'local:operator-key',
        before: null,
        after: { ...settings, replaces: null },
        sequence: 1,
      },
    ]);
    const secret = text.split('_')[2] ?? '';
    expect(JSON.stringify([found, entries])).not.toContain(secret);
    expect(JSON.stringify(entries)).not.toContain(stored.secretHash);
    expect(await verified()).toMatchObject({ trails: 1, entries: 1, broken: 0 });
  });

  test('is made anew where another key has its id already', async () => {
    const { service, maker, again } = world();
    const first = await createKey(settings, maker, service);
    again();
    const second = await createKey({ ...settings, name: 'another' }, maker, service);
    expect(second.stored.id).not.toBe(first.stored.id);
    expect(await service.keys.find(first.stored.id)).toStrictEqual(first.stored);
  });

  test.each([iso(start), iso(start - 1), 'never'])('is not made to expire at %s', async (expiresAt) => {
    const { service, maker } = world();
    const made = createKey({ ...settings, expiresAt }, maker, service);
    await expect(made).rejects.toMatchObject({ code: 'invalid_request', errors: [{ path: 'expiresAt' }] });
    expect(service.tables.keys.size).toBe(0);
  });

  test('is revoked once and for good, by whom the trail says (rule ACCESS-23)', async () => {
    const { service, maker, later, trail, verified } = world();
    const { stored } = await createKey(settings, maker, service);
    later(hour);
    const revoked = await revokeKey(stored.id, { actor: 'key:ada' }, service);
    const auditHead = (await trail(stored.id)).at(-1)?.digest;
    const revocation = { revokedAt: iso(start + hour), revokedBy: 'key:ada', revision: 2, auditHead };
    expect(revoked).toStrictEqual({ ...stored, ...revocation });
    later(hour);
    expect(await revokeKey(stored.id, { actor: 'key:bob' }, service)).toStrictEqual(revoked);
    expect(await service.keys.find(stored.id)).toStrictEqual(revoked);
    expect(await trail(stored.id)).toMatchObject([
      { sequence: 1 },
      { sequence: 2, actor: 'key:ada', before: { revokedAt: null }, after: { revokedAt: iso(start + hour) } },
    ]);
    const rotation = rotateKey(stored.id, { overlapSeconds: 0 }, maker, service);
    await expect(rotation).rejects.toMatchObject({ code: 'conflict_state' });
    expect(await verified()).toMatchObject({ trails: 1, entries: 2, broken: 0 });
  });

  test('is revoked by many at once with one entry', async () => {
    const { service, maker, trail } = world();
    const { stored } = await createKey(settings, maker, service);
    const all = await Promise.all(['a', 'b', 'c'].map((actor) => revokeKey(stored.id, { actor }, service)));
    expect(new Set(all.map(({ revokedBy }) => revokedBy)).size).toBe(1);
    expect(await trail(stored.id)).toHaveLength(2);
  });

  test.each(['local:operator-key', 'nothing', '', '000000000000'])(
    '%p that is not stored cannot be revoked',
    async (id) => {
      const { service } = world();
      await expect(revokeKey(id, { actor: 'a' }, service)).rejects.toMatchObject({ code: 'not_found' });
    },
  );

  test('is listed with the others, newest first', async () => {
    const { service, maker, later } = world();
    const ids: string[] = [];
    for (let left = 3; left > 0; left -= 1) {
      ids.unshift((await createKey(settings, maker, service)).stored.id);
      later(1);
    }
    const first = await listKeys({ limit: 2 }, service);
    expect(first.items.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const rest = await listKeys({ limit: 2, after: first.last }, service);
    expect([rest.items.map(({ id }) => id), rest.last]).toEqual([ids.slice(2), undefined]);
    await expect(listKeys({ limit: 2, after: '000000000000' }, service)).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });
});

describe('a rotation', () => {
  test('makes a key of the same settings that lasts as long, and ends the old one after the overlap (rule ACCESS-21)', async () => {
    const { service, maker, later, trail, verified } = world();
    const first = await createKey(settings, maker, service);
    later(hour);
    const { text, stored, old } = await rotateKey(first.stored.id, { overlapSeconds: 60 }, maker, service);
    expect(text).not.toBe(first.text);
    expect(stored).toMatchObject({ ...settings, expiresAt: iso(start + 49 * hour), replaces: old.id, revision: 1 });
    expect(await service.keys.find(old.id)).toStrictEqual(old);
    expect(old).toMatchObject({ expiresAt: iso(start + hour + 60_000), replacedBy: stored.id });
    expect(statusOfKey(old, start + hour + 59_999)).toBe('active');
    expect(statusOfKey(old, start + hour + 60_000)).toBe('expired');
    expect((await trail(old.id)).at(-1)).toMatchObject({ after: { replacedBy: stored.id }, actor: maker.actor });
    expect(await trail(stored.id)).toMatchObject([{ after: { replaces: old.id } }]);
    expect(await verified()).toMatchObject({ trails: 2, entries: 3, broken: 0 });
  });

  test('never lets the old key last longer than it was made to', async () => {
    const { service, maker } = world();
    const { stored } = await createKey(settings, maker, service);
    const { old } = await rotateKey(stored.id, { overlapSeconds: 1_000_000 }, maker, service);
    expect(old.expiresAt).toBe(settings.expiresAt);
  });

  test('takes another expiry for the new key, also none', async () => {
    const { service, maker } = world();
    const { stored } = await createKey(settings, maker, service);
    const next = await rotateKey(stored.id, { overlapSeconds: 1, expiresAt: null }, maker, service);
    expect(next.stored.expiresAt).toBeNull();
    const past = rotateKey(next.stored.id, { overlapSeconds: 1, expiresAt: iso(start) }, maker, service);
    await expect(past).rejects.toMatchObject({ code: 'invalid_request' });
  });

  test('of one key has one successor, however many ask for it', async () => {
    const { service, maker } = world();
    const { stored } = await createKey(settings, maker, service);
    const all = await Promise.allSettled(
      [1, 2, 3].map(() => rotateKey(stored.id, { overlapSeconds: 1 }, maker, service)),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(service.tables.keys.size).toBe(2);
  });

  test('of an expired key is refused', async () => {
    const { service, maker, later } = world();
    const { stored } = await createKey(settings, maker, service);
    later(48 * hour);
    const rotation = rotateKey(stored.id, { overlapSeconds: 1 }, maker, service);
    await expect(rotation).rejects.toMatchObject({ code: 'conflict_state' });
  });
});

test('killed at any call to the store, table and trail say the same (rule ACCESS-21)', async () => {
  for (let kill = 1; ; kill += 1) {
    let calls = 0;
    const onCall = () => {
      calls += 1;
      if (calls === kill) throw new Error('killed');
    };
    const { service, maker, trail } = world({ onCall });
    const work = async () => {
      const { stored } = await createKey(settings, maker, service);
      const next = await rotateKey(stored.id, { overlapSeconds: 1 }, maker, service);
      await revokeKey(next.stored.id, maker, service);
    };
    const wasKilled = await work().then(
      () => false,
      () => true,
    );
    for (const key of service.tables.keys.values()) {
      calls = kill;
      expect((await trail(key.id)).length).toBe(key.revision);
    }
    expect(service.tables.audit.size).toBe(service.tables.keys.size);
    if (!wasKilled) break;
  }
});
