import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { chance } from '../../../chain/pool/scripts/chance.ts';
import { endVirtualTime, startVirtualTime } from '../../../chain/pool/scripts/virtual-time.ts';
import { type Counterexample, explore, findCounterexample, playAtRandom } from './explore.ts';
import { ofBases } from './mutations/bases.ts';
import { ofClaims } from './mutations/claims.ts';
import { ofFollowing } from './mutations/following.ts';
import { ofPast } from './mutations/past.ts';
import { ofRenewing } from './mutations/renewals.ts';
import { ofSaving } from './mutations/saving.ts';
import { ofUnseen } from './mutations/unseen.ts';
import { ofOwnKeys } from './scenarios/own-keys.ts';
import { ofThePast } from './scenarios/past.ts';
import { ofRenewals } from './scenarios/renewals.ts';
import { ofResets } from './scenarios/resets.ts';
import { ofSharedState } from './scenarios/shared-state.ts';
import { ofUnseenBlocks } from './scenarios/unseen-blocks.ts';

/** A safety net against hanging: no verdict depends on it. */
jest.setTimeout(600_000);

const seed = Number(process.env.ASTAKE_SEED ?? 1);
const rounds = 30;

beforeAll(() => startVirtualTime('2026-11-24T00:00:00.000Z'));
afterAll(endVirtualTime);

const reportOf = (found: Counterexample | undefined): string =>
  [...(found?.wrong ?? []), ...(found?.trace ?? [])].join('\n');

/** The real code of readers, runners and clients, interleaved at every call of a port that another process could notice. */
describe.each([...ofOwnKeys, ...ofSharedState, ...ofResets, ...ofRenewals, ...ofUnseenBlocks, ...ofThePast])(
  '$name',
  (scenario) => {
    test(`every claim is true in every schedule (interruptions: at most ${scenario.preemptions})`, async () => {
      const { counterexample, runs } = await explore(scenario, scenario.preemptions);
      expect(reportOf(counterexample)).toBe('');
      expect(runs).toBeGreaterThan(1);
    });

    test('every claim is true in random schedules', async () => {
      for (let round = 1; round <= rounds; round += 1) {
        const found = await playAtRandom(scenario, chance(seed, `${scenario.name} ${round}`));
        const replay = `ASTAKE_SEED=${seed}, round ${round}`;
        expect(found && `${replay}\n${reportOf(found)}`).toBeUndefined();
      }
    });
  },
);

describe('a claim or a table becomes wrong without the rule', () => {
  test.each([...ofSaving, ...ofRenewing, ...ofFollowing, ...ofBases, ...ofClaims, ...ofUnseen, ...ofPast])(
    '$rule',
    async (removal) => {
      const { scenario, preemptions = scenario.preemptions } = removal;
      const found = await findCounterexample(scenario, preemptions, removal);
      expect(found).toBeDefined();
      // A process that throws would prove nothing about the rule.
      expect(reportOf(found)).not.toContain(' fails: ');
    },
  );
});
