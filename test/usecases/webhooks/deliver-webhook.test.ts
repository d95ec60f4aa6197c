import { describe, expect, test } from '@jest/globals';
import { placedAfter } from '../../../lib/domain/change.ts';
import { appendEvents } from '../../../lib/usecases/events/append-events.ts';
import {
  changeWebhook,
  disableWebhook,
  pauseWebhook,
  resumeWebhook,
  rotateWebhookSecret,
} from '../../../lib/usecases/webhooks/change-webhook.ts';
import { dispatchWebhooks } from '../../../lib/usecases/webhooks/dispatch-webhooks.ts';
import { replayWebhook } from '../../../lib/usecases/webhooks/replay-webhook.ts';
import { createWorld, failedWith, start, taken } from './world.ts';

const iso = (ms: number) => new Date(start + ms).toISOString();

describe('a webhook is sent', () => {
  test('what happens from when it was made, in order, and nothing twice', async () => {
    const { append, make, deliver, deliveryOf, got, counts } = createWorld();
    await append('before');
    const { id } = await make();
    const cursors = await append('a', 'a', 'a');
    expect(await deliver(id)).toBe('done');
    expect(await deliver(id)).toBe('done');
    expect(got()).toEqual(['a', 'a', 'a']);
    expect(await deliveryOf(id)).toMatchObject({
      cursor: cursors.at(-1),
      delivered: 3,
      lastDeliveredAt: iso(0),
      until: 0,
    });
    expect([...counts]).toEqual([['WebhookDelivered', 3]]);
  });

  test('only what fits its filter', async () => {
    const { append, make, deliver, deliveryOf, got } = createWorld();
    const never = await make('https://never.example/', { kinds: ['account'] });
    const types = await make('https://types.example/', { types: ['SyncStalled'] });
    const assets = await make('https://assets.example/', { kinds: ['asset'], types: ['RecordChanged'] });
    const [cursor] = await append('a');
    for (const { id } of [never, types, assets]) {
      expect(await deliver(id)).toBe('done');
      expect(await deliveryOf(id)).toMatchObject({ cursor });
    }
    expect(got('https://assets.example/')).toEqual(['a']);
    expect(got('https://never.example/').concat(got('https://types.example/'))).toEqual([]);
  });

  test('many pages in one invocation', async () => {
    const { append, make, deliver, received } = createWorld();
    const { id } = await make();
    const ids = Array.from({ length: 250 }, (_, at) => `${at % 7}`);
    for (let at = 0; at < ids.length; at += 40) await append(...ids.slice(at, at + 40));
    expect(await deliver(id)).toBe('done');
    expect(new Set(received.map(({ event }) => event.id)).size).toBe(250);
    expect(received).toHaveLength(250);
  });

  test('the events of one record one after the other, those of others meanwhile (rule HOOK-2)', async () => {
    const { append, make, deliver, receivers, received } = createWorld();
    const { id } = await make();
    const open: (() => void)[] = [];
    receivers.set('https://hooks.example/', () => new Promise((resolve) => open.push(() => resolve(taken))));
    await append('a', 'a', 'b', 'b', 'c', 'd', 'e');
    const delivering = deliver(id);
    const seen: string[] = [];
    while (seen.length < 7) {
      while (open.length === 0) await new Promise(setImmediate);
      const onTheirWay = received.slice(seen.length).map(({ event }) => event.ref?.id ?? '');
      expect(new Set(onTheirWay).size).toBe(onTheirWay.length);
      expect(onTheirWay.length).toBeLessThanOrEqual(4);
      seen.push(received[seen.length]?.event.ref?.id ?? '');
      open.shift()?.();
      await new Promise(setImmediate);
    }
    expect(await delivering).toBe('done');
  });
});

describe('a delivery that fails', () => {
  test('is tried again later each time, from the same event on, and what comes behind it waits (rule HOOK-2)', async () => {
    const { append, make, deliver, deliveryOf, receivers, got, later, logged } = createWorld();
    const { id } = await make();
    receivers.set('https://hooks.example/', ({ event }) => (event.ref?.id === 'bad' ? failedWith(500) : taken));
    const [first] = await append('bad', 'bad');
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 14; attempt += 1) {
      expect(await deliver(id)).toBe('failed');
      const { nextAttemptAt, failures, failingSince } = (await deliveryOf(id)) ?? {};
      expect([failures, failingSince]).toEqual([attempt, iso(0)]);
      const wait = Date.parse(nextAttemptAt ?? '') - Date.parse((await deliveryOf(id))?.lastFailure?.at ?? '');
      waits.push(wait / 1_000);
      if (attempt === 14) break;
      later(wait - 1);
      expect(await deliver(id)).toBe('waiting');
      later(1);
    }
    expect(waits).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 1_280, 2_560, 3_600, 3_600, 3_600, 3_600]);
    expect(got()).toEqual(Array(14).fill('bad'));
    expect(logged[0]).toMatchObject({ level: 'warn', details: { webhook: id, status: 500, failures: 1 } });
    receivers.clear();
    later(3_600_000);
    expect(await deliver(id)).toBe('done');
    expect(await deliveryOf(id)).toMatchObject({ delivered: 2, failures: 0, failingSince: null, nextAttemptAt: null });
    expect((await deliveryOf(id))?.cursor).not.toBe(first);
  });

  test('waits as long as the receiver asks for', async () => {
    const { append, make, deliver, deliveryOf, receivers } = createWorld();
    const { id } = await make();
    receivers.set('https://hooks.example/', () => failedWith(429, 900));
    await append('a');
    await deliver(id);
    expect(await deliveryOf(id)).toMatchObject({ nextAttemptAt: iso(900_000) });
  });

  test('is followed by one request at a time until one is taken', async () => {
    const { append, make, deliver, receivers, received, later } = createWorld();
    const { id } = await make();
    receivers.set('https://hooks.example/', () => failedWith(500));
    await append('a', 'b', 'c', 'd', 'e');
    await deliver(id);
    const before = received.length;
    expect(before).toBeLessThanOrEqual(4);
    later(5_000);
    await deliver(id);
    expect(received.length - before).toBe(1);
  });

  test('does not lose what was taken before it: the place moves up to it', async () => {
    const { append, make, deliver, deliveryOf, receivers } = createWorld();
    const { id } = await make();
    receivers.set('https://hooks.example/', ({ event }) => (event.ref?.id === 'bad' ? failedWith(500) : taken));
    const cursors = await append('a', 'b', 'bad', 'c');
    await deliver(id);
    expect(await deliveryOf(id)).toMatchObject({ cursor: cursors[1], failures: 1 });
  });

  test.each([
    ['for a day', 23, 'failures', 500],
    ['because the receiver is gone', 0, 'gone', 410],
  ])(
    '%s pauses the webhook, with entry, event, metric and log; it is resumed where it was',
    async (_, hours, reason, status) => {
      const { append, make, deliver, receivers, later, service, tables, counts, logged, got } = createWorld();
      const { id } = await make();
      receivers.set('https://hooks.example/', () => failedWith(status));
      await append('a');
      if (hours > 0) {
        expect(await deliver(id)).toBe('failed');
        later(hours * 3_600_000);
        expect(await deliver(id)).toBe('failed');
        later(3_600_000);
      }
      expect(await deliver(id)).toBe('inactive');
      const before = got().length;
      expect(await deliver(id)).toBe('inactive');
      expect(got()).toHaveLength(before);
      expect(await service.webhooks.find(id)).toMatchObject({ status: 'paused', reason });
      const event = [...tables.outbox.values()].map((one) => one.event).find(({ type }) => type === 'WebhookPaused');
      expect(event).toMatchObject({ id: `WebhookPaused#${id}#2`, detail: { webhook: id, reason } });
      const [entry] = await service.audit.history({ kind: 'webhook', id }, { limit: 1 });
      expect(entry).toMatchObject({ actor: 'deliver-webhook', after: { status: 'paused', reason } });
      expect(counts.get('WebhookPaused')).toBe(1);
      expect(logged.at(-1)).toMatchObject({ level: 'error', details: { webhook: id, reason } });
      receivers.clear();
      await resumeWebhook(id, { actor: 'key:bob' }, service);
      expect(await deliver(id)).toBe('done');
      expect(got()).toHaveLength(before + 1);
    },
  );
});

describe('a pause (rule HOOK-8)', () => {
  test('ends by a person alone, however much happens and however long it takes', async () => {
    const { append, make, deliver, receivers, later, service, received } = createWorld();
    const { id } = await make();
    receivers.set('https://hooks.example/', () => failedWith(410));
    await append('a');
    expect(await deliver(id)).toBe('inactive');
    const begun: string[] = [];
    const webhookRunner = { dispatch: async () => {}, deliver: async (one: string) => void begun.push(one) };
    for (let day = 0; day < 40; day += 1) {
      later(86_400_000);
      await append('b');
      await dispatchWebhooks({ ...service, webhookRunner });
      expect(await deliver(id)).toBe('inactive');
    }
    expect([begun, received.length]).toEqual([[], 1]);
  });

  test('is not for the next receiver: one that was set during the request stays active', async () => {
    const { append, make, deliver, receivers, service, maker, got } = createWorld();
    const { id } = await make();
    receivers.set('https://hooks.example/', async () => {
      await changeWebhook(id, { url: 'https://new.example/' }, maker, service);
      return failedWith(410);
    });
    await append('a');
    await deliver(id);
    expect(await service.webhooks.find(id)).toMatchObject({ status: 'active', reason: null });
    await resumeWebhook(id, maker, service);
    expect(await deliver(id)).toBe('done');
    expect(got('https://new.example/')).toEqual(['a']);
  });

  test('and the next one are in the feed in this order, also where the stream brings the second alone (rule FEED-2)', async () => {
    const { append, make, deliver, receivers, service, maker, tables } = createWorld();
    const { id } = await make();
    receivers.set('https://hooks.example/', () => failedWith(410));
    await append('a');
    for (let time = 0; time < 2; time += 1) {
      await deliver(id);
      if (time === 0) await resumeWebhook(id, maker, service);
    }
    const paused = [...tables.outbox.values()].map(({ event }) => event).filter(({ type }) => type === 'WebhookPaused');
    await appendEvents(paused.slice(1), service);
    const logged = await service.changes.read(1, 3, start);
    expect(logged.map(({ event }) => event.id)).toEqual(paused.map((event) => event.id));
    expect(paused.map((event) => event.id)).toEqual([`WebhookPaused#${id}#2`, `WebhookPaused#${id}#4`]);
  });
});

describe('nothing is sent', () => {
  test.each([
    ['paused', pauseWebhook],
    ['disabled', disableWebhook],
  ])('by a webhook that is %s, also from the next page of one that is being sent', async (_, end) => {
    const { append, make, deliver, receivers, service, received } = createWorld();
    const { id } = await make();
    for (let page = 0; page < 5; page += 1) await append(...Array(40).fill('a'));
    receivers.set('https://hooks.example/', async () => {
      if (received.length === 50) await end(id, { actor: 'key:bob' }, service);
      return taken;
    });
    expect(await deliver(id)).toBe('inactive');
    expect(received).toHaveLength(100);
  });

  test('to a row, or with secrets, that were changed outside this service (rule HOOK-6)', async () => {
    const { append, make, deliver, tables, received } = createWorld();
    const webhook = await make();
    await append('a');
    tables.webhookSecrets.set(webhook.id, [{ secret: 'whsec_mallory', until: null }]);
    expect(await deliver(webhook.id)).toBe('inactive');
    tables.webhooks.set(webhook.id, { ...webhook, unreadable: true });
    expect(await deliver(webhook.id)).toBe('inactive');
    expect(received).toEqual([]);
  });

  test.each([
    ['is no longer kept', (world: ReturnType<typeof createWorld>) => world.later(32 * 86_400_000)],
    [
      'is of another log',
      (world: ReturnType<typeof createWorld>) => {
        world.tables.changes.clear();
        const [one] = placedAfter({ position: 0, check: 'f'.repeat(16), keptUntil: 0 }, [], start);
        world.tables.logHead = one ?? { position: 9, check: 'f'.repeat(16), keptUntil: 0 };
      },
    ],
  ])('where the place of the webhook %s: it is paused, since what is missing cannot be known', async (_, lose) => {
    const world = createWorld();
    const { id } = await world.make();
    await world.append('a', 'b');
    lose(world);
    expect(await world.deliver(id)).toBe('inactive');
    expect(await world.service.webhooks.find(id)).toMatchObject({ status: 'paused', reason: 'expired' });
    expect(world.received).toEqual([]);
  });
});

describe('one invocation at a time (rule HOOK-3)', () => {
  test('sends; another one ends at once, and what it came for is sent by the first', async () => {
    const { append, make, deliver, receivers, got } = createWorld();
    const { id } = await make();
    await append('a');
    let other: string | undefined;
    receivers.set('https://hooks.example/', async () => {
      if (other === undefined) {
        await append('late');
        other = await deliver(id);
      }
      return taken;
    });
    expect(await deliver(id)).toBe('done');
    expect([other, got()]).toEqual(['busy', ['a', 'late']]);
  });

  test('an event that was appended after the last look, and whose invocation was refused, is sent too', async () => {
    let append: (id: string) => Promise<unknown> = async () => {};
    let once = true;
    const other: unknown[] = [];
    const world = createWorld({
      async onCall(name) {
        if (name !== 'webhooks.endLease' || !once) return;
        once = false;
        await append('late');
        other.push(await world.deliver(id));
      },
    });
    append = world.append;
    const { id } = await world.make();
    await world.append('a');
    expect(await world.deliver(id)).toBe('done');
    expect([other, world.got()]).toEqual([['busy'], ['a', 'late']]);
  });

  test('one that was held up for longer than its lease sends nothing more, and does not set the place back', async () => {
    const { append, make, deliver, deliveryOf, receivers, later, got } = createWorld();
    const { id } = await make();
    await append('a', 'a', 'a');
    let second: Promise<string> | undefined;
    receivers.set('https://hooks.example/', async () => {
      if (second !== undefined) return taken;
      later(61_000);
      second = deliver(id);
      await second;
      return taken;
    });
    expect(await deliver(id)).toBe('done');
    expect(await second).toBe('done');
    expect(got()).toEqual(['a', 'a', 'a', 'a']);
    expect(await deliveryOf(id)).toMatchObject({ delivered: 3 });
  });

  test('begins no request that could outlast its lease: it stores how far it is and goes on', async () => {
    const { append, make, deliver, receivers, later, received } = createWorld();
    const { id } = await make();
    await append(...Array(40).fill('a'));
    receivers.set('https://hooks.example/', () => {
      later(4_900);
      return taken;
    });
    // An invocation has no time left for a request that takes as long as one may.
    expect(await deliver(id, { budgetMs: 100_000 })).toBe('time');
    expect(received).toHaveLength(20);
    expect(await deliver(id)).toBe('done');
    expect(new Set(received.map((one) => one.id)).size).toBe(40);
    expect(received).toHaveLength(40);
  });
});

describe('replay', () => {
  test('goes back to a cursor, to the start by both of its names, or on to now', async () => {
    const { append, make, deliver, service, maker, got } = createWorld();
    const { id } = await make();
    const cursors = await append('a', 'b', 'c');
    await deliver(id);
    await replayWebhook(id, cursors[1] ?? '', maker, service);
    await deliver(id);
    expect(got()).toEqual(['a', 'b', 'c', 'c']);
    await replayWebhook(id, 'start', maker, service);
    await deliver(id);
    expect(got().slice(4)).toEqual(['a', 'b', 'c']);
    await replayWebhook(id, '0', maker, service);
    await deliver(id);
    expect(got().slice(7)).toEqual(['a', 'b', 'c']);
    await append('d');
    await replayWebhook(id, 'now', maker, service);
    expect(await deliver(id)).toBe('done');
    expect(got()).toHaveLength(10);
  });

  test('has an entry of the trail with its place before events are passed over or sent again (rule HOOK-6)', async () => {
    let webhook = '';
    let entries: unknown[] = [];
    const { append, make, service } = createWorld({
      onCall: async (name) => {
        if (name === 'webhooks.moveTo')
          entries = [...(await service.audit.history({ kind: 'webhook', id: webhook }, { limit: 9 }))];
      },
    });
    webhook = (await make()).id;
    const cursors = await append('a', 'b');
    const replayed = await replayWebhook(webhook, 'now', { actor: 'key:bob' }, service);
    expect(entries).toMatchObject([{ actor: 'key:bob', sequence: 2, after: { place: cursors[1] } }, { sequence: 1 }]);
    expect(await service.webhooks.find(webhook)).toStrictEqual(replayed);
    expect(replayed.revision).toBe(2);
  });

  test('is not undone by a resumption that began before it', async () => {
    let webhook = '';
    let resuming = false;
    const { append, make, deliver, service, maker, got } = createWorld({
      onCall: async (name) => {
        if (!resuming || name !== 'webhooks.change') return;
        resuming = false;
        await replayWebhook(webhook, 'start', maker, service);
      },
    });
    webhook = (await make()).id;
    await append('a', 'b');
    await deliver(webhook);
    await pauseWebhook(webhook, maker, service);
    resuming = true;
    await resumeWebhook(webhook, maker, service);
    expect(await deliver(webhook)).toBe('done');
    expect(got()).toEqual(['a', 'b', 'a', 'b']);
  });

  test('is not undone by who sends at the moment, and is sent by it (rule HOOK-3)', async () => {
    const { append, make, deliver, receivers, service, maker, got } = createWorld();
    const { id } = await make();
    await append('a', 'a');
    let replayed = false;
    receivers.set('https://hooks.example/', async ({ event }) => {
      if (!replayed && event.cursor.startsWith('2.')) {
        replayed = true;
        await replayWebhook(id, 'start', maker, service);
      }
      return taken;
    });
    expect(await deliver(id)).toBe('done');
    expect(got()).toEqual(['a', 'a', 'a', 'a']);
  });

  test.each(['', 'never', '9.0123456789abcdef', '1.0123456789abcdef', '-1.0123456789abcdef'])(
    'is refused where the log has no such place: %s',
    async (after) => {
      const { append, make, service, maker } = createWorld();
      const { id } = await make();
      await append('a', 'b');
      await expect(replayWebhook(id, after, maker, service)).rejects.toMatchObject({ code: 'invalid_request' });
    },
  );
});

test('a change of URL and a rotation count from the next page on', async () => {
  const { append, make, deliver, service, maker, got } = createWorld();
  const { id } = await make();
  await append('a');
  await deliver(id);
  await changeWebhook(id, { url: 'https://other.example/' }, maker, service);
  await rotateWebhookSecret(id, { overlapSeconds: 60 }, maker, service);
  await append('b');
  await deliver(id);
  expect([got(), got('https://other.example/')]).toEqual([['a'], ['b']]);
});

test('no secret and no URL is in a log, an entry or an event', async () => {
  const { append, make, deliver, receivers, later, service, tables, logged } = createWorld();
  const { id } = await make('https://hooks.example/?token=of-the-receiver');
  receivers.set('https://hooks.example/?token=of-the-receiver', () => failedWith(500));
  await append('a');
  await deliver(id);
  later(25 * 3_600_000);
  await deliver(id);
  const [{ secret = '' } = {}] = await service.webhooks.secrets(id);
  const written = JSON.stringify([logged, [...tables.audit.values()], [...tables.outbox.values()]]);
  expect(secret.length).toBeGreaterThan(40);
  expect(written).toContain('WebhookPaused');
  expect(written).not.toContain(secret.slice(6));
  expect(JSON.stringify([logged, [...tables.outbox.values()]])).not.toContain('of-the-receiver');
});
