import { expect, test } from '@jest/globals';
import { webhookFigures } from '../../../lib/usecases/status/webhook-figures.ts';
import { disableWebhook, pauseWebhook } from '../../../lib/usecases/webhooks/change-webhook.ts';
import { createWorld, failedWith, start } from '../webhooks/world.ts';

const iso = (ms: number) => new Date(start + ms).toISOString();

test('how many webhooks there are, are paused, fail and were edited, and which is furthest behind since when', async () => {
  const { make, append, deliver, receivers, later, service, maker, tables } = createWorld();
  const none = { active: 0, paused: 0, edited: 0, failing: 0, oldestUndelivered: null };
  expect(await webhookFigures(service)).toEqual(none);
  const [ok, failing, gone, paused, edited, disabled] = [
    await make('https://ok.example/'),
    await make('https://failing.example/'),
    await make('https://gone.example/'),
    await make(),
    await make(),
    await make(),
  ];
  await pauseWebhook(paused.id, maker, service);
  await disableWebhook(disabled.id, maker, service);
  receivers.set(failing.url, ({ event }) =>
    event.ref?.id === 'b' ? failedWith(500) : { ...failedWith(200), problem: null },
  );
  receivers.set(gone.url, () => failedWith(410));
  expect(await webhookFigures(service)).toEqual({ ...none, active: 4, paused: 1 });
  await append('a');
  later(60_000);
  await append('b', 'c');
  tables.webhooks.set(edited.id, { ...edited, unreadable: true });
  for (const { id } of [ok, failing, gone]) await deliver(id);
  const counts = { active: 2, paused: 2, edited: 1, failing: 1 };
  const figures = await webhookFigures(service);
  expect(figures).toEqual({ ...counts, oldestUndelivered: { webhook: expect.any(String), at: iso(0), events: 3 } });
  expect([gone.id, paused.id]).toContain(figures.oldestUndelivered?.webhook);
  // The two that have nothing are left for good: then the one that fails is furthest behind.
  for (const { id } of [gone, paused]) await disableWebhook(id, maker, service);
  expect(await webhookFigures(service)).toEqual({
    ...{ active: 2, paused: 0, edited: 1, failing: 1 },
    oldestUndelivered: { webhook: failing.id, at: iso(60_000), events: 2 },
  });
  later(32 * 86_400_000);
  expect((await webhookFigures(service)).oldestUndelivered).toEqual({ webhook: failing.id, at: null, events: 2 });
});

test('at most four readings of the store, with as many webhooks as there may be', async () => {
  const calls: string[] = [];
  const { make, append, service } = createWorld({ onCall: (name) => void calls.push(name) });
  for (let at = 0; at < 50; at += 1) await make();
  await append('a');
  calls.length = 0;
  expect(await webhookFigures(service)).toMatchObject({ active: 50, oldestUndelivered: { events: 1 } });
  expect(calls).toEqual(['webhooks.open', 'webhooks.deliveries', 'changes.head', 'changes.read']);
});
