import { expect, test } from '@jest/globals';
import { webhookReasons } from '../../../lib/usecases/health/of-webhooks.ts';
import { pauseWebhook } from '../../../lib/usecases/webhooks/change-webhook.ts';
import { createWorld, failedWith, start } from '../webhooks/world.ts';

const iso = (ms: number) => new Date(start + ms).toISOString();

test('a webhook is a reason while its receiver fails, and once it was paused or edited; not when an operator has paused it', async () => {
  const { make, append, deliver, receivers, later, service, maker, tables } = createWorld();
  const [ok, failing, gone, edited, paused] = [
    await make('https://ok.example/'),
    await make('https://failing.example/?token=of-the-receiver'),
    await make('https://gone.example/'),
    await make('https://edited.example/'),
    await make('https://paused.example/'),
  ];
  receivers.set(failing.url, () => failedWith(500));
  receivers.set(gone.url, () => failedWith(410));
  await append('a');
  await pauseWebhook(paused.id, maker, service);
  tables.webhooks.set(edited.id, { ...edited, unreadable: true });
  for (const { id } of [ok, failing, gone]) await deliver(id);
  later(599_000);
  const codes = async () => (await webhookReasons(service)).map(({ code, since }) => [code, since]).sort();
  expect(await codes()).toEqual([
    ['webhook_edited', null],
    ['webhook_paused', iso(0)],
  ]);
  later(1_000);
  expect(await codes()).toEqual([
    ['webhook_edited', null],
    ['webhook_failing', iso(0)],
    ['webhook_paused', iso(0)],
  ]);
  const reasons = await webhookReasons(service);
  expect(reasons.find(({ code }) => code === 'webhook_failing')).toMatchObject({
    status: 'degraded',
    detail: `The webhook ${failing.id} fails. The last delivery failed: status, 500.`,
  });
  expect(JSON.stringify(reasons)).not.toContain('of-the-receiver');
});

test('a webhook to which nothing is sent is a reason after ten minutes, though nothing fails; not while an invocation sends', async () => {
  const { make, append, deliver, later, service } = createWorld();
  const [late, ahead] = [await make(), await make()];
  await append('a');
  await deliver(ahead.id);
  later(599_999);
  expect(await webhookReasons(service)).toEqual([]);
  later(1);
  expect(await webhookReasons(service)).toMatchObject([
    {
      ...{ status: 'degraded', code: 'webhook_late', since: iso(0) },
      detail: `Nothing is sent to the webhook ${late.id}. Events behind its place: 1.`,
    },
  ]);
  const now = service.clock.now();
  await service.webhooks.takeLease(late.id, 'one', now, now + 60_000);
  expect(await webhookReasons(service)).toEqual([]);
});
