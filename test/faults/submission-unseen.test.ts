import { describe, expect, test } from '@jest/globals';
import type { StoredSubmission } from '../../lib/domain/submission.ts';
import type { Running } from '../../lib/runtime/service.ts';
import { startRpcProxy } from '../support/rpc-proxy.ts';
import type { Death } from './mortal.ts';
import {
  caseOf,
  everyDeath,
  expectKeyTaken,
  expectOnce,
  expectProcessed,
  five,
  fiveAlike,
  killedAlone,
  passLong,
} from './submission-cases.ts';
import { inWorld, type World, type WorldOptions } from './submission-world.ts';

/** Calls that an instance makes at least, of the store and of nodes, until it knows that it does not know. */
const unknownCalls = { store: 5, chain: 3 };

describe('A node that accepts a transaction, breaks off and is away', () => {
  /** The second node hears of it late, and no block takes it until then. */
  async function heardLate(death: Death): Promise<boolean> {
    let isReached = false;
    await inWorld({ nodes: 2, onSent: ([first]) => first?.fault('down') }, async (world) => {
      const [first, second] = world.nodes;
      first?.fault('accepts-then-breaks');
      second?.hear(false);
      second?.holdBack(true);
      const one = caseOf(world, death);
      const { victim, json, key, time, others } = one;
      await victim.post(json, { 'idempotency-key': key });
      isReached = victim.isDead;
      for (const _ of ['the claim is over', 'the grace time is over']) {
        passLong(time);
        expect((await fiveAlike(one)).body).toMatchObject({ state: 'unknown' });
        expect(world.sent(json.hash)).toBe(1);
      }
      const { status, body } = await others[0].get(`/v1/transactions/${json.hash}`);
      expect([status, body.data?.status, body.meta?.source]).toEqual([200, 'pending', 'database']);

      second?.hear(true);
      expect((await fiveAlike(one)).body).toMatchObject({ state: 'accepted' });
      await expectOnce(one);
      await expectKeyTaken(one);
      first?.fault(undefined);
      second?.holdBack(false);
      await expectProcessed(world);
    });
    return isReached;
  }

  test('is not sent to the next node, wherever a process is killed (rules SUBMIT-1, SUBMIT-3)', () =>
    everyDeath(heardLate, unknownCalls));
});

describe('A node that shows late what it has accepted', () => {
  test.each<[string, Death | undefined]>([
    ['by a process that lives', undefined],
    ['by a process that is killed before it is sent', { at: 'chain', call: 2, when: 'before' }],
    ['by a process that is killed after it was sent', { at: 'chain', call: 2, when: 'after' }],
  ])('gets the same again when the time is over, and takes it once: %s (rule SUBMIT-1)', (_, death) =>
    inWorld({ nodes: 2, front: behindOneAddress }, async (world) => shownLate(world, death)),
  );
});

async function shownLate(world: World, death?: Death): Promise<void> {
  const [taking, showing] = world.nodes;
  taking?.fault('accepts-then-breaks');
  showing?.hear(false);
  const one = caseOf(world, death);
  const { victim, json, key, time } = one;
  await victim.post(json, { 'idempotency-key': key });
  expect(victim.isDead).toBe(death !== undefined);
  if (victim.isDead) passLong(time);
  expect((await fiveAlike(one)).body).toMatchObject({ state: 'unknown' });
  const sentFirst = death?.when === 'after' ? 2 : 1;
  expect(world.sent(json.hash)).toBe(sentFirst);

  passLong(time);
  taking?.fault(undefined);
  expect((await fiveAlike(one)).body).toMatchObject({ state: 'accepted' });
  showing?.hear(true);
  expect((await fiveAlike(one)).body).toMatchObject({ state: 'accepted' });
  await expectOnce(one, sentFirst + 1);
  await expectKeyTaken(one);
  await expectProcessed(world);
}

/** Both nodes behind one address: transactions go to the first, all else to the second. */
const behindOneAddress: WorldOptions['front'] = async ([taking, showing]) => [
  await startRpcProxy(showing?.url ?? '', async (request) => {
    if (!request.method.startsWith('account_put')) return undefined;
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ jsonrpc: '2.0', ...request });
    const answer = await fetch(taking?.url ?? '', { method: 'POST', headers, body });
    return answer.json() as Promise<{ readonly result: unknown }>;
  }),
];

describe('It is sent twice', () => {
  test('where the nodes are not asked before it is sent', () =>
    inWorld({ without: asking }, async (world) => {
      world.nodes[0]?.fault('accepts-then-breaks');
      const afterSending: Death = { at: 'chain', call: 1, when: 'after' };
      await expect(killedAlone(world, afterSending)).rejects.toThrow();
      expect(world.nodes[0]?.calls().byMethod.account_put_transaction).toBeGreaterThan(1);
    }));

  test('where a claim does not hold others up', () =>
    inWorld({ without: untilOf('sending'), front: firstWaitsForSecond }, async (world) => {
      const one = caseOf(world);
      await five(one.json, one.key, one.others);
      expect(world.sent(one.json.hash)).toBeGreaterThan(1);
    }));

  test('where there is no grace time after an unknown outcome', () =>
    inWorld({ nodes: 2, front: behindOneAddress, without: untilOf('unknown') }, async (world) => {
      await expect(shownLate(world)).rejects.toThrow();
      expect(world.nodes[0]?.calls().byMethod.account_put_transaction).toBeGreaterThan(1);
    }));
});

const asking = ({ chain }: Running): Partial<Running> => ({
  chain: { ...chain, sight: async () => ({ knownAt: [], deniedAt: chain.nodes(), isComplete: true }) },
});

/** A submission in this state looks as if its time were over. */
const untilOf =
  (state: StoredSubmission['state']) =>
  ({ submissions }: Running): Partial<Running> => ({
    submissions: {
      ...submissions,
      async find(hash) {
        const found = await submissions.find(hash);
        return found?.state === state ? { ...found, until: 0 } : found;
      },
    },
  });

/** The node gets the first text only when a second one has been sent. */
const firstWaitsForSecond: WorldOptions['front'] = async ([node]) => {
  const { promise: second, resolve } = Promise.withResolvers<void>();
  let sent = 0;
  const proxy = await startRpcProxy(node?.url ?? '', async ({ method }) => {
    if (!method.startsWith('account_put')) return undefined;
    sent += 1;
    if (sent > 1) resolve();
    await second;
    return undefined;
  });
  return [proxy];
};
