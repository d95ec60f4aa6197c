import { describe, expect, test } from '@jest/globals';
import { recordedExamples } from '../../../infra/local/dev-chain/recorded-examples.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import { accountDefinition } from '../../../lib/entities/account.ts';
import type { TransactionValue } from '../../../lib/entities/transaction.ts';
import { transactionDefinition } from '../../../lib/entities/transaction.ts';
import { answerReply } from '../../../lib/runtime/reply.ts';
import { waitSecondsOf } from '../../../lib/runtime/wait-request.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { lookupAndWait } from '../../../lib/usecases/reading/lookup-and-wait.ts';
import { inVirtualTime } from '../../support/in-virtual-time.ts';
import { createVirtualNetwork, passed } from '../../support/virtual-network.ts';
import { createWorld } from '../following/world.ts';

const ref = { kind: 'transaction', id: recordedExamples['chain-a'].transaction };

const unknown = { transaction_hash: { Version1: 'f'.repeat(64) } };

/** A process that has asked for the transaction before its node had it, at the block before the one that holds it. */
async function askedTooEarly() {
  const whole = await createWorld({ height: 90 });
  const executed = (await lookup(ref, defaultReadOptions, whole.process())).data as TransactionValue;
  const height = executed.executedAt?.height ?? 0;
  let isKnown = false;
  const world = await createWorld({
    height: height - 1,
    nodes: [(method, _, forward) => (method === 'info_get_transaction' && !isKnown ? forward(unknown) : forward())],
  });
  const service = world.process();
  const first = await lookup(ref, defaultReadOptions, service);
  const arrive = () => {
    isKnown = true;
  };
  return { world, service, height, first, arrive };
}

test('a transaction that was asked for too early is found three seconds later, without no-cache', async () => {
  const { world, service, height, first, arrive } = await askedTooEarly();
  expect(first).toMatchObject({ data: null, freshSeconds: 2 });
  arrive();
  world.setHeight(height);
  world.pass(2_000);
  expect(await lookup(ref, defaultReadOptions, service)).toMatchObject({ data: { executedAt: { height } } });
});

test('the 404 of a transaction says when to ask again, that of an asset does not', async () => {
  const { first, service } = await askedTooEarly();
  const reply = answerReply(first, 'id');
  expect(reply).toMatchObject({ status: 404, body: { retryable: true } });
  expect(reply.headers).toMatchObject({ 'retry-after': '2', 'cache-control': 'private, max-age=2' });
  const asset = { kind: 'asset', id: `${recordedExamples['chain-a'].collections.villas.package}:4711` };
  const absent = answerReply(await lookup(asset, defaultReadOptions, service), 'id');
  expect(absent).toMatchObject({ status: 404, body: { retryable: false } });
  expect(absent.headers).not.toHaveProperty('retry-after');
});

test('a pending transaction is fresh for about a block, and one in a block for a day', () => {
  const freshSeconds = (status: TransactionValue['status']) =>
    transactionDefinition.freshSeconds({ status } as TransactionValue);
  expect(freshSeconds('pending')).toBeLessThanOrEqual(10);
  expect(freshSeconds('processed')).toBe(86_400);
});

describe('a caller who waits (rule LIMIT-5)', () => {
  const denied = { error: { code: -32014, message: 'No such transaction', data: null } };

  /** In virtual time, a node that does not know the transaction yet. */
  async function waiting(isKnown: boolean, wait: (started: Started) => Promise<void>): Promise<void> {
    const { height } = await askedTooEarly();
    const known = { yet: isKnown };
    await inVirtualTime(async () => {
      const called: string[] = [];
      const network = createVirtualNetwork({
        height: height - 1,
        nodes: [({ method }) => (method === 'info_get_transaction' && !known.yet ? denied : undefined)],
        onCall: (name) => void called.push(name),
      });
      const began = Date.now();
      const asked = () => network.asked.flat().filter((method) => method === 'info_get_transaction').length;
      await wait({
        ask: (seconds = 20, hungUp?: AbortSignal) =>
          lookupAndWait(ref, defaultReadOptions, { seconds, hungUp }, network.service),
        arrive: () => {
          known.yet = true;
        },
        execute: () => network.node.setHeight(height),
        seconds: () => (Date.now() - began) / 1_000,
        asked,
        store: () => [...called],
      });
    });
  }

  test('for an unknown transaction has it when a node knows it', () =>
    waiting(false, async ({ ask, arrive, seconds }) => {
      const answer = ask();
      await passed(5_000);
      arrive();
      expect(await answer).toMatchObject({ data: { status: 'pending' } });
      expect(seconds()).toBeLessThan(8);
    }));

  test('for a pending transaction has it when it is in a block', () =>
    waiting(true, async ({ ask, execute, seconds }) => {
      const answer = ask();
      await passed(9_000);
      execute();
      expect(await answer).toMatchObject({ data: { status: 'processed' } });
      expect(seconds()).toBeLessThan(12);
      expect(await ask()).toMatchObject({ data: { status: 'processed' } });
      expect(seconds()).toBeLessThan(12);
    }));

  test('in vain gets the latest answer when the time is up', () =>
    waiting(false, async ({ ask, seconds }) => {
      expect(await ask(25)).toMatchObject({ data: null, mayArrive: true });
      expect(seconds()).toBeCloseTo(25, 0);
    }));

  test('for a pending transaction reads it again only at a new block: in between it writes nothing and reads once a second', () =>
    waiting(true, async ({ ask, execute, store }) => {
      const answer = ask(25);
      await passed(5_000);
      const before = store().length;
      await passed(10_000);
      const calls = store().slice(before);
      expect(new Set(calls)).toEqual(new Set(['progress.read']));
      expect(calls.length).toBeLessThanOrEqual(11);
      execute();
      expect(await answer).toMatchObject({ data: { status: 'processed' } });
    }));

  test('and hangs up, waits no longer, and nothing is read on its behalf', () =>
    waiting(false, async ({ ask, asked, seconds }) => {
      const caller = new AbortController();
      const answer = ask(20, caller.signal);
      await passed(3_500);
      caller.abort();
      expect(await answer).toMatchObject({ data: null });
      expect(seconds()).toBeLessThan(4);
      // The reading that was under way ends.
      await passed(2_000);
      const before = asked();
      await passed(10_000);
      expect(asked()).toBe(before);
    }));

  test('shares one reading a second with all others who wait', () =>
    waiting(false, async ({ ask, asked }) => {
      const callers = [];
      for (let caller = 0; caller < 50; caller += 1) {
        callers.push(ask(20));
        await passed(70);
      }
      await Promise.all(callers);
      // A bare hash does not show its kind: a reading is two calls.
      expect(asked()).toBeLessThanOrEqual(2 * 25);
    }));

  test('is refused, and may come back, when too many wait', () =>
    waiting(false, async ({ ask }) => {
      const outcomes = await Promise.allSettled(Array.from({ length: 51 }, () => ask(1)));
      const refused = outcomes.filter(({ status }) => status === 'rejected');
      expect(refused).toMatchObject([{ reason: { code: 'overloaded', retryable: true, retryAfter: 2 } }]);
      expect(await ask(1)).toMatchObject({ data: null });
    }));

  test.each(['0', '26', '-1', '1.5', 'long', ''])('wait=%s is refused', (text) => {
    expect(() => waitSecondsOf(text, transactionDefinition, defaultReadOptions)).toThrow('wait');
  });

  test('is refused where nothing is waited for, and where no node may be asked', () => {
    expect(() => waitSecondsOf('5', accountDefinition, defaultReadOptions)).toThrow('account');
    const onlyIfCached = { ...defaultReadOptions, onlyIfCached: true };
    expect(() => waitSecondsOf('5', transactionDefinition, onlyIfCached)).toThrow('only-if-cached');
    expect(waitSecondsOf('25', transactionDefinition, defaultReadOptions)).toBe(25);
    expect(waitSecondsOf(undefined, accountDefinition, defaultReadOptions)).toBe(0);
  });
});

interface Started {
  ask(seconds?: number, hungUp?: AbortSignal): ReturnType<typeof lookup>;
  arrive(): void;
  execute(): void;
  /** Virtual seconds since the beginning. */
  seconds(): number;
  asked(): number;
  /** The calls of the store so far. */
  store(): string[];
}
