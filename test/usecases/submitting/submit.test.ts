import { describe, expect, test } from '@jest/globals';
import { createMemoryStore, type MemoryTables } from '../../../infra/local/memory/memory-store.ts';
import { firstBrokenLink } from '../../../lib/domain/audit-chain.ts';
import { messageOf } from '../../../lib/domain/errors.ts';
import type { SubmitOutcome } from '../../../lib/domain/ports/chain.ts';
import { submissionRef } from '../../../lib/domain/submission.ts';
import { createMemory } from '../../../lib/usecases/process/memory.ts';
import { submit } from '../../../lib/usecases/submitting/submit.ts';
import { someTransaction as transaction } from '../../chain/pool/fake-node.ts';
import { clockOf } from '../../support/clock.ts';

type Sending = 'accepts' | 'accepts, then breaks' | 'breaks' | 'refuses' | 'has a clock that is behind' | 'is down';

/** A chain, a store and a clock, which several processes use. `kill`: the call, counted from 1, at which the next process ends. */
function createWorld() {
  let now = Date.parse('2026-01-01T00:01:00.000Z');
  const world = {
    node: 'accepts' as Sending,
    /** Whether the nodes can be asked. */
    isAskable: true,
    held: new Set<string>(),
    sent: 0,
    kill: Number.POSITIVE_INFINITY,
    calls: 0,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    tables: createMemoryStore().tables as MemoryTables,
    process() {
      let isDead = false;
      const step = (): void => {
        world.calls += 1;
        if (world.calls === world.kill) isDead = true;
        if (isDead) throw new Error('killed');
      };
      const store = createMemoryStore({ tables: world.tables, onCall: step });
      const clock = { ...clockOf(() => now), now: () => now };
      const service = {
        submissions: store.submissions,
        memory: createMemory(clock),
        clock,
        chain: {
          async submit(): Promise<SubmitOutcome> {
            step();
            const outcome = world.answer();
            step();
            return outcome;
          },
          async sight() {
            step();
            const isKnown = world.held.has(transaction.hash) && world.isAskable;
            return {
              knownAt: isKnown ? ['n1'] : [],
              deniedAt: isKnown || !world.isAskable ? [] : ['n1'],
              isComplete: world.isAskable,
            };
          },
        },
      } as unknown as Parameters<typeof submit>[2];
      return (by = 'key:one', idempotencyKey?: string) =>
        submit(transaction, { by, idempotencyKey }, service).then(({ state, node }) => `${state} ${node}`, messageOf);
    },
    answer(): SubmitOutcome {
      if (world.node === 'is down') return { outcome: 'unsent', reason: 'ECONNREFUSED' };
      world.sent += 1;
      if (world.node.startsWith('accepts')) world.held.add(transaction.hash);
      if (world.node === 'accepts') return { outcome: 'accepted', node: 'n1' };
      if (world.node.endsWith('breaks')) return { outcome: 'unknown', node: 'n1', reason: 'ECONNRESET' };
      const mayPass = world.node === 'has a clock that is behind';
      return { outcome: 'rejected', node: 'n1', code: -32016, reason: 'no', mayPass };
    },
  };
  return world;
}

const fiveOn = (world: ReturnType<typeof createWorld>) => {
  const [one, two, three] = [world.process(), world.process(), world.process()];
  return Promise.all([one(), two(), three(), one('key:two', 'k'), two('key:two', 'k')]);
};

describe('A submission', () => {
  test('by five at once on three instances is sent once, with one answer for all (rule SUBMIT-1)', async () => {
    const world = createWorld();
    expect(await fiveOn(world)).toEqual(Array(5).fill('accepted n1'));
    expect([world.sent, world.tables.submissions.size]).toEqual([1, 1]);
    expect(await fiveOn(world)).toEqual(Array(5).fill('accepted n1'));
    expect(world.sent).toBe(1);
  });

  test('that the node refuses is refused to all in the same words, and sent once', async () => {
    const world = createWorld();
    world.node = 'refuses';
    expect(await fiveOn(world)).toEqual(Array(5).fill('n1 refuses it: no'));
    expect(world.sent).toBe(1);
  });

  test('that a node accepted before the connection broke is accepted', async () => {
    const world = createWorld();
    world.node = 'accepts, then breaks';
    expect(await fiveOn(world)).toEqual(Array(5).fill('accepted n1'));
    expect(world.sent).toBe(1);
  });

  test('of which no node says what became is unknown, and sent again only after the grace time', async () => {
    const world = createWorld();
    const post = world.process();
    world.node = 'breaks';
    expect(await post()).toBe('unknown n1');
    world.node = 'accepts';
    expect(await post()).toBe('unknown n1');
    world.pass(15_001);
    world.isAskable = false;
    expect(await post()).toBe('unknown n1');
    expect(world.sent).toBe(1);
    world.isAskable = true;
    expect(await post()).toBe('accepted n1');
    expect(world.sent).toBe(2);
  });

  test('that reached no node can be sent at once by a retry', async () => {
    const world = createWorld();
    const post = world.process();
    world.node = 'is down';
    expect(await post()).toMatch('no node could be given it');
    world.node = 'accepts';
    expect(await post()).toBe('accepted n1');
  });

  test('that the chain has already is not sent', async () => {
    const world = createWorld();
    world.held.add(transaction.hash);
    expect(await world.process()()).toBe('accepted n1');
    expect(world.sent).toBe(0);
  });

  test('with a key that was used for another transaction is refused, and nothing is sent', async () => {
    const world = createWorld();
    world.tables.idempotencyKeys.set(JSON.stringify(['key:one', 'k']), 'f'.repeat(64));
    expect(await world.process()('key:one', 'k')).toMatch('the idempotency key was used');
    expect([world.sent, world.tables.submissions.size]).toEqual([0, 0]);
    expect(await world.process()('key:two', 'k')).toBe('accepted n1');
  });

  test('refused for a clock that is behind is sent again by the next retry', async () => {
    const world = createWorld();
    const post = world.process();
    world.node = 'has a clock that is behind';
    expect(await post()).toMatch('refuses it');
    world.node = 'accepts';
    expect(await post()).toBe('accepted n1');
  });

  test.each(['accepts', 'accepts, then breaks'] as const)(
    'killed at any call, where the node %s, ends accepted: one item, at the chain once (rule SUBMIT-1)',
    async (node) => {
      const whole = createWorld();
      whole.node = node;
      await whole.process()();
      expect(whole.calls).toBeGreaterThan(4);
      for (let kill = 1; kill <= whole.calls; kill += 1) {
        const world = createWorld();
        world.node = node;
        world.kill = kill;
        expect(await world.process()()).toBe('killed');
        world.pass(15_001);
        expect(await fiveOn(world)).toEqual(Array(5).fill('accepted n1'));
        expect([kill, world.sent, world.held.size, world.tables.submissions.size]).toEqual([kill, 1, 1, 1]);
        const trail = world.tables.audit.get(`submission#${submissionRef(transaction.hash).id}`) ?? [];
        expect(firstBrokenLink(trail)).toBeUndefined();
        expect(trail.at(-1)).toMatchObject({ cause: 'submission', after: { state: 'accepted' } });
      }
    },
  );
});
