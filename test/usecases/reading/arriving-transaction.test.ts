import { expect, test } from '@jest/globals';
import { recordedExamples } from '../../../infra/local/dev-chain/recorded-examples.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import type { TransactionValue } from '../../../lib/entities/transaction.ts';
import { transactionDefinition } from '../../../lib/entities/transaction.ts';
import { answerReply } from '../../../lib/runtime/reply.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
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
  expect(reply.headers).toMatchObject({ 'retry-after': '2', 'cache-control': 'max-age=2' });
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
