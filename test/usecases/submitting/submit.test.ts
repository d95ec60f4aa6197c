import { describe, expect, test } from '@jest/globals';
import { createMemoryStore, type MemoryTables } from '../../../infra/local/memory/memory-store.ts';
import { firstBrokenLink } from '../../../lib/domain/audit-chain.ts';
import { messageOf } from '../../../lib/domain/errors.ts';
import type { ChainSighting, SubmitOutcome } from '../../../lib/domain/ports/chain.ts';
import { noProgress } from '../../../lib/domain/progress.ts';
import { type CheckedTransaction, type StoredSubmission, submissionRef } from '../../../lib/domain/submission.ts';
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
    /** What the nodes say they have, whatever is true; undefined: the truth, of one node. */
    claimed: undefined as ChainSighting | undefined,
    /** Texts that the node refuses, whatever it does with others. */
    refused: new Set<string>(),
    sent: 0,
    /** Which node was to be asked last, for each sending. */
    askedLast: [] as (string | undefined)[],
    kill: Number.POSITIVE_INFINITY,
    rewinds: [] as { fork: number; height: number }[],
    calls: 0,
    /** So much time passes each time that a process looks at its clock. */
    everyLookMs: 0,
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
      const clock = clockOf(() => {
        now += world.everyLookMs;
        return now;
      });
      const service = {
        submissions: store.submissions,
        memory: createMemory(clock),
        snapshots: { current: async () => ({ progress: { ...noProgress, rewinds: world.rewinds } }) },
        clock,
        chain: {
          async submit(sent: CheckedTransaction, _signal: AbortSignal, last?: string): Promise<SubmitOutcome> {
            step();
            world.askedLast.push(last);
            const outcome = world.answer(sent);
            step();
            return outcome;
          },
          async sight() {
            step();
            if (world.claimed !== undefined) return world.claimed;
            const isKnown = world.held.has(transaction.hash) && world.isAskable;
            return {
              knownAt: isKnown ? ['n1'] : [],
              deniedAt: isKnown || !world.isAskable ? [] : ['n1'],
              isComplete: world.isAskable,
            };
          },
        },
      } as unknown as Parameters<typeof submit>[2];
      return (by = 'key:one', idempotencyKey?: string, text = transaction.transaction) =>
        submit({ ...transaction, transaction: text }, { by, idempotencyKey }, service).then(
          ({ state, node }) => `${state} ${node}`,
          messageOf,
        );
    },
    answer({ transaction: text }: CheckedTransaction): SubmitOutcome {
      if (world.node === 'is down') return { outcome: 'unsent', reason: 'ECONNREFUSED' };
      world.sent += 1;
      if (world.refused.has(text))
        return { outcome: 'rejected', node: 'n1', code: -32016, reason: 'signatures', mayPass: false };
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

  test.each(['ended', 'expired'] as const)(
    'that has %s is not sent, but where a hard reset dropped that block it is (rule SUBMIT-7)',
    async (state) => {
      const world = createWorld();
      const post = world.process();
      await post();
      const { hash } = transaction;
      const there = world.tables.submissions.get(hash) as StoredSubmission;
      const block = { height: 30, hash: 'b'.repeat(64) };
      world.tables.submissions.set(hash, { ...there, state, block, fork: 0 });
      world.held.clear();
      world.rewinds = [{ fork: 1, height: 30 }];
      expect(await post()).toBe(`${state} n1`);
      expect(world.sent).toBe(1);
      world.rewinds = [{ fork: 1, height: 29 }];
      expect(await post()).toBe('accepted n1');
      expect(world.sent).toBe(2);
      expect(world.tables.submissions.get(hash)).toMatchObject({ state: 'accepted', block: null, fork: null });
      expect(await post()).toBe('accepted n1');
      expect(world.sent).toBe(2);
    },
  );

  test('that another process holds a claim to, which ends while this one looks, is not answered before its outcome', async () => {
    const world = createWorld();
    const dead = world.process();
    world.kill = 4;
    expect(await dead()).toBe('killed');
    expect(world.tables.submissions.get(transaction.hash)).toMatchObject({ state: 'sending' });
    const post = world.process();
    world.pass(14_998);
    world.everyLookMs = 1;
    expect(await post()).toBe('accepted n1');
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

  test('with other signatures is not answered with what was said of the first ones (rule SUBMIT-1)', async () => {
    const world = createWorld();
    world.refused.add('foreign');
    const post = world.process();
    expect(await post('key:two', undefined, 'foreign')).toBe('n1 refuses it: signatures');
    expect(await post('key:two', undefined, 'foreign')).toBe('n1 refuses it: signatures');
    expect(world.sent).toBe(1);
    expect(await post()).toBe('accepted n1');
    expect([world.sent, world.tables.submissions.size]).toEqual([2, 1]);
    const trail = world.tables.audit.get(`submission#${submissionRef(transaction.hash).id}`) ?? [];
    expect(new Set(trail.map(({ after }) => (after as { digest?: string } | null)?.digest)).size).toBe(2);
  });

  test('by two at once with other signatures: each gets the answer to its own', async () => {
    for (const processes of [1, 2]) {
      const world = createWorld();
      world.refused.add('foreign');
      const one = world.process();
      const other = processes === 1 ? one : world.process();
      const answers = await Promise.all([one('key:two', undefined, 'foreign'), other()]);
      expect(answers[1]).toBe('accepted n1');
    }
  });

  test('that a node has accepted is given to another one where no other node has heard of it (rule SUBMIT-1)', async () => {
    const world = createWorld();
    const post = world.process();
    expect(await post()).toBe('accepted n1');
    const sentAfter = async (claimed: ChainSighting): Promise<number> => {
      world.claimed = claimed;
      expect(await post()).toBe('accepted n1');
      return world.sent;
    };
    const alone = { knownAt: ['n1'], deniedAt: ['n2'], isComplete: true };
    expect(await sentAfter(alone)).toBe(1);
    world.pass(60_001);
    expect(await sentAfter({ ...alone, knownAt: ['n1', 'n3'] })).toBe(1);
    expect(await sentAfter({ ...alone, isComplete: false })).toBe(1);
    expect(await sentAfter({ knownAt: ['n1'], deniedAt: [], isComplete: true })).toBe(1);
    world.node = 'refuses';
    expect(await sentAfter(alone)).toBe(2);
    expect(await sentAfter(alone)).toBe(2);
    world.pass(60_001);
    world.node = 'accepts';
    expect(await sentAfter({ knownAt: [], deniedAt: ['n1', 'n2'], isComplete: true })).toBe(3);
    expect(world.askedLast).toEqual([undefined, 'n1', 'n1']);
  });

  test('that a node refuses is given to another one by the next retry', async () => {
    const world = createWorld();
    const post = world.process();
    world.node = 'refuses';
    expect(await post()).toMatch('refuses it');
    world.pass(10_001);
    world.node = 'accepts';
    expect(await post()).toBe('accepted n1');
    expect(world.askedLast).toEqual([undefined, 'n1']);
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
