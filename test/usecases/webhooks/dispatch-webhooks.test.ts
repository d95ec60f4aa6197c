import { expect, test } from '@jest/globals';
import { mostWebhooks } from '../../../lib/domain/webhook.ts';
import { disableWebhook, pauseWebhook } from '../../../lib/usecases/webhooks/change-webhook.ts';
import { dispatchWebhooks } from '../../../lib/usecases/webhooks/dispatch-webhooks.ts';
import { createWorld, failedWith, taken } from './world.ts';

function dispatched() {
  const world = createWorld();
  const begun: string[] = [];
  const webhookRunner = {
    dispatch: async () => {},
    deliver: async (id: string) => void begun.push(id),
  };
  return {
    ...world,
    async dispatch() {
      begun.length = 0;
      await dispatchWebhooks({ ...world.service, webhookRunner });
      return begun.toSorted();
    },
  };
}

test('an invocation begins for each webhook that has something to be sent now, and for no other', async () => {
  const { make, append, deliver, receivers, later, service, maker, dispatch } = dispatched();
  expect(await dispatch()).toEqual([]);
  const [one, two, paused, disabled] = [await make(), await make('https://two.example/'), await make(), await make()];
  await pauseWebhook(paused.id, maker, service);
  await disableWebhook(disabled.id, maker, service);
  expect(await dispatch()).toEqual([]);
  await append('a');
  expect(await dispatch()).toEqual([one.id, two.id].sort());
  receivers.set('https://two.example/', () => failedWith(500));
  await deliver(one.id);
  await deliver(two.id);
  expect(await dispatch()).toEqual([]);
  later(5_000);
  expect(await dispatch()).toEqual([two.id]);
});

test('those that several operators made at once beyond the limit are sent too', async () => {
  const { make, append, dispatch } = dispatched();
  const made = await Promise.all(Array.from({ length: mostWebhooks + 5 }, () => make()));
  await append('a');
  expect(await dispatch()).toEqual(made.map(({ id }) => id).sort());
});

test('an attempt that was put off by a clock that was far ahead is not waited for', async () => {
  const { make, append, deliver, receivers, later, service, dispatch } = dispatched();
  const { id } = await make();
  await append('a');
  receivers.set('https://hooks.example/', () => failedWith(500));
  later(10 * 86_400_000);
  expect(await deliver(id)).toBe('failed');
  later(-10 * 86_400_000);
  expect(await dispatch()).toEqual([id]);
  receivers.set('https://hooks.example/', () => taken);
  expect(await deliver(id)).toBe('done');
  expect((await service.webhooks.deliveries([id]))[0]).toMatchObject({ failures: 0, delivered: 1 });
});

test('one that is being sent is left to its invocation until its lease ends', async () => {
  const { make, append, later, service, dispatch } = dispatched();
  const { id } = await make();
  await append('a');
  const now = service.clock.now();
  await service.webhooks.takeLease(id, 'one', now, now + 60_000);
  expect(await dispatch()).toEqual([]);
  later(60_000);
  expect(await dispatch()).toEqual([id]);
});

test('a slow webhook slows no other one (rule HOOK-7): each has an invocation of its own', async () => {
  const { make, append, deliver, receivers, got, service } = createWorld();
  const urls = Array.from({ length: 20 }, (_, at) => `https://${at}.example/`);
  for (const url of urls) await make(url);
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  // Half of them do not answer until all others have everything.
  for (const url of urls.slice(0, 10)) receivers.set(url, () => held.then(() => taken));
  for (let page = 0; page < 3; page += 1) await append(...Array(40).fill('a'));
  const ends: Promise<string>[] = [];
  const webhookRunner = {
    dispatch: async () => {},
    deliver: async (id: string) => void ends.push(deliver(id)),
  };
  expect(await dispatchWebhooks({ ...service, webhookRunner })).toBe(20);
  await Promise.all(ends.slice(10));
  expect(urls.map((url) => got(url).length)).toEqual([...Array(10).fill(1), ...Array(10).fill(120)]);
  release();
  expect(new Set(await Promise.all(ends))).toEqual(new Set(['done']));
  expect(urls.map((url) => got(url).length)).toEqual(Array(20).fill(120));
});

test('an invocation that cannot begin is logged, and keeps no other from beginning', async () => {
  const { make, append, service, logged } = createWorld();
  const [one, two] = [await make(), await make()];
  await append('a');
  const begun: string[] = [];
  const webhookRunner = {
    dispatch: async () => {},
    async deliver(id: string) {
      if (id === one.id) throw new Error('throttled');
      begun.push(id);
    },
  };
  await dispatchWebhooks({ ...service, webhookRunner });
  expect(begun).toEqual([two.id]);
  expect(logged).toMatchObject([{ level: 'warn', details: { webhook: one.id, error: 'throttled' } }]);
});
