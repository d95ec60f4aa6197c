import { describe, expect, test } from '@jest/globals';
import type { Fault } from '../../infra/local/dev-chain/dev-chain.ts';
import { startEngine } from '../../infra/local/engine/engine.ts';
import { runsOnEngine } from '../support/runs-on-engine.ts';
import type { Death } from './mortal.ts';
import {
  type Case,
  caseOf,
  everyDeath,
  expectKeyTaken,
  expectOnce,
  expectProcessed,
  five,
  fiveAlike,
  killedAlone,
  passLong,
  untilKnown,
} from './submission-cases.ts';
import { inWorld, type World, type WorldOptions } from './submission-world.ts';

/** Calls that an instance makes at least, of the store and of nodes, until it answers. */
const leastCalls = { store: 11, chain: 4 };
/** Until it has a refusal. */
const refusedCalls = { store: 5, chain: 2 };

/** Of five requests at once on three instances those to one of them die with it; the others have the answer that all get later. */
async function killedAmongOthers(world: World, death: Death): Promise<boolean> {
  const one = caseOf(world, death);
  const { victim, json, key, others } = one;
  void endClaim(one);
  const answers = await five(json, key, [victim, others[0], others[1]]);
  const { isDead } = victim;
  world.takeLate(json.hash);
  const { status, body } = await untilKnown(one);
  expect([status, body.state]).toEqual([202, 'accepted']);
  const { requestId: _, ...expected } = body;
  const given = answers.filter((answer) => answer.status !== 500);
  for (const answer of given.filter((each) => each.body.state !== 'unknown'))
    expect({ death, body: answer.body }).toEqual({ death, body: expect.objectContaining(expected) });
  expect(given.length).toBeGreaterThanOrEqual(isDead ? 2 : 5);
  await expectOnce(one);
  await expectKeyTaken(one);
  return isDead;
}

/** The time passes in which a dead process has the claim, as the others wait for it. */
async function endClaim({ victim, time, world, json }: Case): Promise<void> {
  await victim.gone;
  const found = await world.store.submissions.find(json.hash);
  if (found?.state === 'sending' && victim.holds(found.holder)) passLong(time);
}

const each = (fault: Fault | undefined, options: WorldOptions, die: (world: World, death: Death) => Promise<boolean>) =>
  inWorld(options, async (world) => {
    for (const node of world.nodes) node.fault(fault);
    await everyDeath((death) => die(world, death), leastCalls);
    await expectProcessed(world);
  });

describe('A process that is killed at any call of the store or a node (rule SUBMIT-1)', () => {
  test.each([undefined, 'accepts-then-breaks'] as const)(
    'leaves one transaction, one record, one answer: node %s',
    (fault) => each(fault, {}, killedAlone),
  );

  test.each([undefined, 'accepts-then-breaks'] as const)(
    'among others that have the same request leaves the same: node %s',
    (fault) => each(fault, {}, killedAmongOthers),
  );

  (runsOnEngine ? test : test.skip)('leaves the same on the engine, where each request is a call', async () => {
    delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
    const engine = await startEngine();
    await each('accepts-then-breaks', { engine }, killedAlone).finally(() => engine.stop());
  });

  test.each(['accepts-then-fails', 'answers-late', 'truncated'] as const)(
    'leaves the same, whatever the node does instead of an answer: %s',
    (fault) =>
      inWorld({ env: { ASTAKE_ATTEMPT_MS: '1000' } }, async (world) => {
        world.nodes[0]?.fault(fault, { methods: ['account_put_transaction'], delayMs: 3_600_000 });
        const deaths = [1, 2, 3, 4, 5].flatMap((call) =>
          (['before', 'after'] as const).map((when) => ({ at: 'chain', call, when }) as const),
        );
        expect(await Promise.all(deaths.map((death) => killedAlone(world, death)))).not.toContain(false);
        await expectProcessed(world);
      }),
  );

  test('leaves one refusal for all, where the node refuses', () =>
    inWorld({}, async (world) => {
      const [node] = world.nodes;
      node?.fault('refuses-submissions');
      await everyDeath(async (death) => {
        const one = caseOf(world, death);
        const { victim, json, key, time } = one;
        await victim.post(json, { 'idempotency-key': key });
        if (!victim.isDead) return false;
        passLong(time);
        const { status, body } = await fiveAlike(one);
        expect([status, body.code, body.nodeCode]).toEqual([422, 'rejected_by_chain', -32016]);
        expect(await world.store.records.get({ kind: 'transaction', id: json.hash })).toBeUndefined();
        await expectKeyTaken(one);
        return true;
      }, refusedCalls);
      expect(node?.accepted()).toEqual([]);
    }));
});
