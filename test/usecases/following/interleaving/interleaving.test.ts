import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chance } from '../../../chain/pool/scripts/chance.ts';
import { endVirtualTime, startVirtualTime } from '../../../chain/pool/scripts/virtual-time.ts';
import { type Counterexample, explore, findCounterexample, playAtRandom } from './explore.ts';
import { ofBases } from './mutations/bases.ts';
import { ofClaims } from './mutations/claims.ts';
import { ofFollowing } from './mutations/following.ts';
import { ofSaving } from './mutations/saving.ts';
import { ofOwnKeys } from './scenarios/own-keys.ts';
import { ofResets } from './scenarios/resets.ts';
import { ofSharedState } from './scenarios/shared-state.ts';

const seed = Number(process.env.ASTAKE_SEED ?? 1);
const rounds = 30;

beforeAll(() => startVirtualTime('2026-11-24T00:00:00.000Z'));
afterAll(endVirtualTime);

const told = (found: Counterexample | undefined): string =>
  [...(found?.wrong ?? []), ...(found?.trace ?? [])].join('\n');

/** The code of readers, runners and clients itself, interleaved at every call of a port that another process could notice. */
describe.each([...ofOwnKeys, ...ofSharedState, ...ofResets])('$name', (scenario) => {
  test(`nothing untrue is claimed (interruptions: at most ${scenario.preemptions})`, async () => {
    const { counterexample, runs } = await explore(scenario, scenario.preemptions);
    expect(told(counterexample)).toBe('');
    expect(runs).toBeGreaterThan(1);
  });

  test('nor in any order that chance brings', async () => {
    for (let round = 1; round <= rounds; round += 1) {
      const found = await playAtRandom(scenario, chance(seed, `${scenario.name} ${round}`));
      const replay = `ASTAKE_SEED=${seed}, round ${round}`;
      expect(found && `${replay}\n${told(found)}`).toBeUndefined();
    }
  });
});

describe('something untrue is claimed, or left behind, without the rule that', () => {
  test.each([...ofSaving, ...ofFollowing, ...ofBases, ...ofClaims])('$rule', async (removal) => {
    const { scenario, preemptions = scenario.preemptions } = removal;
    const found = await findCounterexample(scenario, preemptions, removal);
    expect(found).toBeDefined();
    // A process that fails for want of the rule would show nothing.
    expect(told(found)).not.toContain(' fails: ');
  });
});
