import { expect, test } from '@jest/globals';
import type { PinnedBlock } from '../../../lib/domain/block.ts';
import type { Snapshot } from '../../../lib/domain/claim.ts';
import type { EntityRecord } from '../../../lib/domain/record.ts';
import type { Service } from '../../../lib/domain/service.ts';
import { type StakingValue, stakingWith } from '../../../lib/entities/staking.ts';
import { classifyDifference } from '../../../lib/usecases/reconciliation/classify-difference.ts';
import { createResults } from '../../../lib/usecases/reconciliation/results.ts';
import { recordOf } from '../../store/samples.ts';

const definition = stakingWith(undefined);
const value = (parts: Partial<StakingValue> = {}): StakingValue => ({
  delegations: [{ validator: 'a', staked: '5' }],
  unbondings: [],
  bid: null,
  complete: false,
  rewards: null,
  liquid: null,
  ...parts,
});
const position = (staking: StakingValue, probedValidators: readonly string[]): EntityRecord =>
  recordOf({ kind: 'staking', value: staking, probedValidators, definition: definition.definition });

/** The comparison of a record that had asked validator `a` alone. No node is asked. */
const compare = (seen: EntityRecord) => {
  const record = position(value(), ['a']);
  const snapshot = { progress: { fork: 0, rewinds: [] as Snapshot['progress']['rewinds'] } } as Snapshot;
  const difference = { record, definition, seen, at: {} as PinnedBlock, snapshot, through: 10 };
  return classifyDifference(difference as unknown as Parameters<typeof classifyDifference>[0], {} as Service);
};

const more = [
  { validator: 'a', staked: '5' },
  { validator: 'b', staked: '7' },
];

test.each([
  ['fewer validators than now', position(value({ delegations: more }), ['a', 'b'])],
  ['less than everything', position(value({ delegations: more, complete: true }), ['a'])],
])(
  'what a reading of %s did not ask for is no difference: it is unverifiable, and read again (rule KIND-4)',
  async (_, seen) => {
    const compared = await compare(seen);
    expect(compared).toMatchObject({ finding: 'unverifiable', remedies: ['refresh'] });
    const results = createResults();
    results.compared(compared);
    expect(results.all()).toMatchObject({
      checks: { chain: 'untold', completeness: 'untold' },
      problems: [{ check: 'chain', problem: expect.stringMatching(/fewer validators/) }],
      remedies: ['refresh'],
    });
  },
);
