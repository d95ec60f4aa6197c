import { describe, expect, test } from '@jest/globals';
import { mostWebhooks, type StoredWebhook } from '../../../lib/domain/webhook.ts';
import { verifyAudit } from '../../../lib/usecases/audit/verify-audit.ts';
import {
  changeWebhook,
  disableWebhook,
  pauseWebhook,
  resumeWebhook,
  rotateWebhookSecret,
} from '../../../lib/usecases/webhooks/change-webhook.ts';
import { createWebhook, type WebhookSettings } from '../../../lib/usecases/webhooks/create-webhook.ts';
import { listWebhooks, webhookById } from '../../../lib/usecases/webhooks/list-webhooks.ts';
import { replayWebhook } from '../../../lib/usecases/webhooks/replay-webhook.ts';
import { secretsOfWebhook } from '../../../lib/usecases/webhooks/send-event.ts';
import { createMemoryStore } from '../../support/memory-store.ts';

const start = Date.parse('2026-01-01T00:00:00.000Z');
const iso = (at: number) => new Date(at).toISOString();
const settings: WebhookSettings = {
  url: 'https://hooks.example/new',
  filter: { kinds: ['asset'], types: null, collection: null, account: null },
  description: 'the shop',
};
const quietLog = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const unknown = `wh_${'f'.repeat(24)}`;

function world(options: Parameters<typeof createMemoryStore>[0] = {}) {
  const store = createMemoryStore(options);
  let now = start;
  let made = 0;
  const service = { ...store, clock: { now: () => now, steady: () => now } };
  return {
    service,
    maker: { actor: 'key:ada', random: (bytes: number) => new Uint8Array(bytes).fill(++made) },
    later(ms: number) {
      now += ms;
    },
    again() {
      made -= 2;
    },
    trail: async (id: string) => (await store.audit.history({ kind: 'webhook', id }, { limit: 99 })).reverse(),
    verified: () =>
      verifyAudit(
        { from: '2026-01-01', until: '2027-01-01', recorded: new Set(['webhook']), onBroken: () => {} },
        service,
      ),
  };
}

describe('a webhook (rule HOOK-6)', () => {
  test('is made with a secret that only signing finds again; its trail does not have it', async () => {
    const { service, maker, trail, verified } = world();
    const { webhook, secret } = await createWebhook(settings, maker, service);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(await service.webhooks.find(webhook.id)).toStrictEqual(webhook);
    expect(await service.webhooks.secrets(webhook.id)).toEqual([{ secret, until: null }]);
    expect(await service.webhooks.deliveries([webhook.id])).toMatchObject([
      { cursor: `0.${'0'.repeat(16)}`, failures: 0 },
    ]);
    expect(await trail(webhook.id)).toMatchObject([
      { cause: 'access', actor: 'key:ada', before: null, after: settings, sequence: 1 },
    ]);
    const shown = JSON.stringify([webhook, await trail(webhook.id), await listWebhooks({ limit: 9 }, service)]);
    expect(shown).not.toContain(secret.slice(6));
    expect(await verified()).toMatchObject({ trails: 1, entries: 1, broken: 0 });
  });

  test('is made anew where another one has its id already', async () => {
    const { service, maker, again } = world();
    const first = await createWebhook(settings, maker, service);
    again();
    const second = await createWebhook(settings, maker, service);
    expect(second.webhook.id).not.toBe(first.webhook.id);
    expect(await service.webhooks.secrets(first.webhook.id)).toEqual([{ secret: first.secret, until: null }]);
  });

  test('is changed, paused, resumed and disabled, each with an entry that says what and by whom', async () => {
    const { service, maker, later, trail, verified } = world();
    const { webhook } = await createWebhook(settings, maker, service);
    const by = { actor: 'key:bob' };
    later(1);
    await changeWebhook(webhook.id, { url: 'https://other.example/' }, by, service);
    await pauseWebhook(webhook.id, by, service);
    await pauseWebhook(webhook.id, by, service);
    await resumeWebhook(webhook.id, by, service);
    const ended = await disableWebhook(webhook.id, by, service);
    expect(await disableWebhook(webhook.id, by, service)).toStrictEqual(ended);
    expect((await trail(webhook.id)).slice(1)).toMatchObject([
      { before: { url: settings.url }, after: { url: 'https://other.example/' }, actor: 'key:bob' },
      {
        before: { status: 'active', reason: null },
        after: { status: 'paused', reason: 'operator', since: iso(start + 1) },
      },
      { before: { status: 'paused' }, after: { status: 'active', reason: null } },
      { before: { status: 'active' }, after: { status: 'disabled', reason: 'operator' } },
    ]);
    expect(await verified()).toMatchObject({ trails: 1, entries: 5, broken: 0 });
    for (const late of [changeWebhook(webhook.id, {}, by, service), resumeWebhook(webhook.id, by, service)])
      await expect(late).rejects.toMatchObject({ code: 'conflict_state' });
  });

  test('is not changed by a principal who may not change the row that is there by then (rule ACCESS-6)', async () => {
    const { service, maker } = world();
    const { webhook } = await createWebhook(settings, maker, service);
    await changeWebhook(webhook.id, { filter: { ...settings.filter, kinds: null } }, maker, service);
    const refuse = ({ filter }: StoredWebhook) => {
      if (filter.kinds === null) throw new Error('it is wider');
    };
    const by = { ...maker, refuse };
    for (const change of [
      () => changeWebhook(webhook.id, { url: 'https://mallory.example/' }, by, service),
      () => pauseWebhook(webhook.id, by, service),
      () => resumeWebhook(webhook.id, by, service),
      () => disableWebhook(webhook.id, by, service),
      () => rotateWebhookSecret(webhook.id, { overlapSeconds: 0 }, by, service),
      () => replayWebhook(webhook.id, 'now', by, { ...service, log: quietLog }),
    ])
      await expect(change()).rejects.toThrow('it is wider');
    expect(await service.webhooks.find(webhook.id)).toMatchObject({ revision: 2 });
  });

  test('that failed goes on at once when it is resumed', async () => {
    const { service, maker } = world();
    const { webhook } = await createWebhook(settings, maker, service);
    const lease = await service.webhooks.takeLease(webhook.id, 'one', start, start + 1);
    if (lease === undefined) throw new Error('there is no lease');
    const failing = { ...lease, failures: 9, failingSince: iso(start), nextAttemptAt: iso(start + 9_000) };
    await service.webhooks.saveDelivery(webhook.id, failing);
    await resumeWebhook(webhook.id, maker, service);
    const [delivery] = await service.webhooks.deliveries([webhook.id]);
    expect(delivery).toMatchObject({ failures: 0, failingSince: null, nextAttemptAt: null, cursor: lease.cursor });
  });

  test('gets a new secret, and the old one also signs until the overlap ends', async () => {
    const { service, maker, later, trail } = world();
    const { webhook, secret } = await createWebhook(settings, maker, service);
    const next = await rotateWebhookSecret(webhook.id, { overlapSeconds: 60 }, maker, service);
    expect(await service.webhooks.secrets(webhook.id)).toEqual([
      { secret: next.secret, until: null },
      { secret, until: iso(start + 60_000) },
    ]);
    later(1_000);
    const third = await rotateWebhookSecret(webhook.id, { overlapSeconds: 0 }, maker, service);
    expect(await service.webhooks.secrets(webhook.id)).toEqual([{ secret: third.secret, until: null }]);
    expect(await secretsOfWebhook(third.webhook, service)).toHaveLength(1);
    const entries = JSON.stringify(await trail(webhook.id));
    for (const one of [secret, next.secret, third.secret]) expect(entries).not.toContain(one.slice(6));
    expect(new Set([secret, next.secret, third.secret]).size).toBe(3);
  });

  test('that was edited in the table is found by the audit and by signing, its secrets too', async () => {
    const { service, maker, verified } = world();
    const { webhook } = await createWebhook(settings, maker, service);
    service.tables.webhookSecrets.set(webhook.id, [{ secret: 'whsec_mine', until: null }]);
    expect(await secretsOfWebhook(webhook, service)).toBeUndefined();
    service.tables.webhooks.set(webhook.id, { ...webhook, url: 'https://mallory.example/' });
    expect(await verified()).toMatchObject({ broken: 1 });
    service.tables.webhooks.set(webhook.id, { ...webhook, unreadable: true });
    await expect(webhookById(webhook.id, service)).rejects.toMatchObject({ code: 'conflict_state' });
  });

  test.each([unknown, 'wh_1', '', '0123456789ab'])('is not found by the id %s', async (id) => {
    const { service, maker } = world();
    await createWebhook(settings, maker, service);
    await expect(webhookById(id, service)).rejects.toMatchObject({ code: 'not_found' });
  });

  test(`is not made where there are ${mostWebhooks} already; disabled ones do not count`, async () => {
    const { service, maker } = world();
    const made = [];
    for (let count = 0; count < mostWebhooks; count++) made.push(await createWebhook(settings, maker, service));
    await expect(createWebhook(settings, maker, service)).rejects.toMatchObject({ code: 'conflict_state' });
    await disableWebhook(made[3]?.webhook.id ?? '', maker, service);
    await createWebhook(settings, maker, service);
  });

  test('changed by two at once has both changes', async () => {
    const { service, maker, trail } = world();
    const { webhook } = await createWebhook(settings, maker, service);
    await Promise.all([
      changeWebhook(webhook.id, { description: 'other' }, maker, service),
      changeWebhook(webhook.id, { url: 'https://other.example/' }, maker, service),
    ]);
    const found = await service.webhooks.find(webhook.id);
    expect(found).toMatchObject({ description: 'other', url: 'https://other.example/', revision: 3 });
    expect(await trail(webhook.id)).toHaveLength(3);
  });
});
