import { describe, expect, test } from '@jest/globals';
import { deliveryFrom, notFailing, type StoredWebhook, type WebhookDelivery } from '../../../lib/domain/webhook.ts';
import type { Store } from '../../../lib/store/store.ts';
import { webhookEntryOf, webhookSample } from '../samples.ts';
import { onBoth } from '../subjects.ts';

const whole = webhookSample({
  filter: { kinds: ['asset'], types: ['RecordChanged'], collection: 'b'.repeat(64), account: 'c'.repeat(64) },
  description: 'the shop, "é 鍵"',
  status: 'paused',
  reason: 'failures',
  rotatedAt: '2026-01-02T00:00:00.000Z',
});
const failing: WebhookDelivery = {
  ...deliveryFrom('7.0123456789abcdef'),
  owner: 'one',
  until: 2_000,
  token: 1,
  delivered: 5,
  lastDeliveredAt: '2026-01-01T00:00:00.000Z',
  failures: 2,
  failingSince: '2026-01-01T00:01:00.000Z',
  nextAttemptAt: '2026-01-01T00:02:00.000Z',
  lastFailure: { at: '2026-01-01T00:01:30.000Z', event: 'e', problem: 'status', status: 500, errorCode: null },
};
const secret = (name: string) => ({ secret: `whsec_${name}`, until: null });

onBoth((create) => {
  const fresh = async () => (await create()).store;
  const put = ({ webhooks }: Store, webhook: StoredWebhook, parts: object = {}) =>
    webhooks.change({
      webhook,
      entry: webhookEntryOf(webhook, { sequence: webhook.revision, digest: `${webhook.id} ${webhook.revision}` }),
      ...parts,
    });
  const { id } = whole;
  const started = async () => {
    const store = await fresh();
    await put(store, webhookSample(), { delivery: deliveryFrom('7.0123456789abcdef') });
    return store;
  };

  describe('keeps webhooks', () => {
    test.each([
      ['with all that one may have', whole],
      ['with as little as one may have', webhookSample()],
    ])('that come back exactly as they were put, %s', async (_, webhook) => {
      const store = await fresh();
      expect(await store.webhooks.find(id)).toBeUndefined();
      expect(await put(store, webhook)).toBe(true);
      expect(await store.webhooks.find(id)).toStrictEqual(webhook);
      expect((await store.webhooks.list({ limit: 1 })).webhooks).toStrictEqual([webhook]);
      expect(await store.webhooks.open(9)).toStrictEqual([webhook]);
    });

    test('each change of which follows the one before, with its entry and its secrets, or is not made (rules ITEM-3 and HOOK-6)', async () => {
      const store = await fresh();
      const webhook = webhookSample();
      expect(await put(store, { ...webhook, revision: 2 }, { secrets: [secret('never')] })).toBe(false);
      expect(await put(store, webhook, { secrets: [secret('first')] })).toBe(true);
      expect(await put(store, webhook, { secrets: [secret('again')] })).toBe(false);
      const rivals = Array.from({ length: 8 }, (_, at) =>
        put(store, { ...webhook, revision: 2, description: `${at}` }, { secrets: [secret(`${at}`)] }),
      );
      const won = (await Promise.all(rivals)).flatMap((made, at) => (made ? [at] : []));
      expect(won).toHaveLength(1);
      expect(await store.webhooks.find(id)).toStrictEqual({ ...webhook, revision: 2, description: `${won[0]}` });
      expect(await store.webhooks.secrets(id)).toEqual([secret(`${won[0]}`)]);
      const trail = await store.audit.history({ kind: 'webhook', id }, { limit: 9 });
      expect(trail.map(({ sequence }) => sequence)).toEqual([2, 1]);
    });

    test('whose event is written with the change', async () => {
      const store = await fresh();
      const event = {
        id: 'WebhookPaused#1',
        type: 'WebhookPaused' as const,
        at: '2026-01-01T00:00:00.000Z',
        detail: {},
      };
      await put(store, webhookSample({ revision: 2 }), { event });
      expect(await store.outbox.unpublished('2027', 9)).toEqual([]);
      await put(store, webhookSample(), { event });
      expect(await store.outbox.unpublished('2027', 9)).toEqual([event]);
    });

    test('whose events name the one before of the same webhook (rule FEED-2)', async () => {
      const store = await fresh();
      const pausedAt = (webhook: string, revision: number) => ({
        ...{ id: `WebhookPaused#${webhook}#${revision}`, type: 'WebhookPaused' as const },
        ...{ at: '2026-01-01T00:00:00.000Z', detail: {} },
      });
      for (const revision of [1, 2, 3, 4])
        for (const one of ['wh_1', 'wh_2'])
          await put(
            store,
            webhookSample({ id: one, revision }),
            revision === 2 ? {} : { event: pausedAt(one, revision) },
          );
      // Refused as a whole: the chain does not go on with it.
      expect(await put(store, webhookSample({ id: 'wh_1', revision: 9 }), { event: pausedAt('wh_1', 9) })).toBe(false);
      await put(store, webhookSample({ id: 'wh_1', revision: 5 }), { event: pausedAt('wh_1', 5) });
      const events = [1, 3, 4, 5].map((revision) => pausedAt('wh_1', revision).id);
      const found = await store.outbox.find([...events, pausedAt('wh_2', 4).id]);
      expect(found.map((one) => one?.previous)).toEqual([null, ...events.slice(0, 3), pausedAt('wh_2', 3).id]);
    });

    test('newest first, page by page, and apart from those the ones that are not disabled', async () => {
      const store = await fresh();
      for (const day of [3, 1, 2])
        await put(store, webhookSample({ id: `wh_${day}`, createdAt: `2026-01-0${day}T00:00:00.000Z` }));
      const last = (await store.webhooks.find('wh_2')) as StoredWebhook;
      await put(store, { ...last, status: 'disabled', revision: 2 });
      const page = async (after?: string) => {
        const { webhooks, more } = await store.webhooks.list({ limit: 2, ...(after !== undefined && { after }) });
        return [webhooks.map((one) => one.id), more];
      };
      expect(await page()).toEqual([['wh_3', 'wh_2'], true]);
      expect(await page('wh_2')).toEqual([['wh_1'], false]);
      expect(await page('never')).toEqual([[], false]);
      expect((await store.webhooks.open(9)).map((one) => one.id)).toEqual(['wh_1', 'wh_3']);
      expect((await store.webhooks.open(1)).map((one) => one.id)).toEqual(['wh_1']);
    });
  });

  describe('keeps how far a webhook is', () => {
    test('exactly as it was put, with all and with as little as there may be', async () => {
      const store = await started();
      const taken = await store.webhooks.takeLease(id, 'one', 0, 2_000);
      expect(taken).toStrictEqual({ ...deliveryFrom('7.0123456789abcdef'), owner: 'one', until: 2_000, token: 1 });
      expect(await store.webhooks.saveDelivery(id, failing)).toBe(true);
      expect(await store.webhooks.deliveries([id, 'never'])).toStrictEqual([failing, undefined]);
    });

    test('for one who has the lease at a time (rule HOOK-3)', async () => {
      const store = await started();
      expect(await store.webhooks.takeLease('never', 'one', 0, 2_000)).toBeUndefined();
      expect(await store.webhooks.takeLease(id, 'one', 1_000, 2_000)).toMatchObject({ token: 1 });
      expect(await store.webhooks.takeLease(id, 'two', 1_999, 3_000)).toBeUndefined();
      expect(await store.webhooks.takeLease(id, 'two', 2_000, 3_000)).toMatchObject({ token: 2, owner: 'two' });
      expect(await store.webhooks.saveDelivery(id, failing)).toBe(false);
      await store.webhooks.endLease(id, 'one');
      expect(await store.webhooks.takeLease(id, 'one', 2_500, 4_000)).toBeUndefined();
      await store.webhooks.endLease(id, 'two');
      expect(await store.webhooks.takeLease(id, 'one', 2_500, 4_000)).toMatchObject({ token: 3, owner: 'one' });
    });

    test('not longer than a lease may last, where its end was set by a clock that is far ahead', async () => {
      const store = await started();
      await store.webhooks.takeLease(id, 'ahead', 0, 9_000_000);
      expect(await store.webhooks.takeLease(id, 'one', 1_000, 2_000)).toMatchObject({ owner: 'one' });
    });

    test('and forgets its failures where it is: who sends at the moment stores nothing any more', async () => {
      const store = await started();
      await store.webhooks.takeLease(id, 'one', 0, 2_000);
      await store.webhooks.saveDelivery(id, failing);
      await store.webhooks.forgetFailures(id);
      expect(await store.webhooks.saveDelivery(id, failing)).toBe(false);
      expect(await store.webhooks.deliveries([id])).toStrictEqual([
        { ...failing, ...notFailing, lastFailure: null, token: failing.token + 1 },
      ]);
    });

    test('and sets it elsewhere: who sends at the moment stores nothing any more, and still has the lease', async () => {
      const store = await started();
      await store.webhooks.takeLease(id, 'one', 0, 2_000);
      await store.webhooks.saveDelivery(id, failing);
      await store.webhooks.moveTo(id, '3.0123456789abcdef');
      expect(await store.webhooks.saveDelivery(id, failing)).toBe(false);
      expect(await store.webhooks.takeLease(id, 'two', 1_999, 3_000)).toBeUndefined();
      expect(await store.webhooks.deliveries([id])).toStrictEqual([
        {
          ...deliveryFrom('3.0123456789abcdef'),
          ...{ owner: 'one', until: 2_000, token: 2, delivered: 5, lastDeliveredAt: failing.lastDeliveredAt },
        },
      ]);
    });
  });
});
