import { describe, expect, test } from '@jest/globals';
import type { PinnedState } from '../../../../lib/domain/pinned-state.ts';
import { LOGIC_VERSION } from '../../../../lib/domain/progress.ts';
import type { EntityRecord } from '../../../../lib/domain/record.ts';
import { type StakingValue, stakingWith } from '../../../../lib/entities/staking.ts';
import { runTick } from '../../../../lib/usecases/following/tick.ts';
import type { MemoryTables } from '../../../support/memory-store.ts';
import { ask, keyOf } from '../follow.ts';
import { createWorld } from '../world.ts';
import { staking } from './position.ts';

const tampered: readonly { what: string; change(record: EntityRecord): Partial<EntityRecord> }[] = [
  { what: 'is too large', change: () => ({ tooLarge: true }) },
  { what: 'has another logic version', change: () => ({ logicVersion: LOGIC_VERSION - 1 }) },
  { what: 'has another definition', change: () => ({ definition: 'earlier' }) },
  { what: 'was edited', change: ({ value }) => ({ value: { ...value, delegations: [] } }) },
  {
    what: 'is kept against the chain',
    change: () => ({ conflict: { id: 'one', state: 'kept', chainDigest: 'another' } }),
  },
  { what: 'is not tracked any more', change: () => ({ trackedUntil: new Date(0).toISOString() }) },
];

describe('rule KIND-4: sync asks only the validators that can hold something for the account', () => {
  test('where every block since the record was scanned', async () => {
    const { asked, all } = await askedAt87(() => undefined);
    expect([asked.size > 0, asked.size < all]).toEqual([true, true]);
  });

  test.each(tampered)('but all validators where the record $what', async ({ change }) => {
    const { asked, all } = await askedAt87((tables, key, record) => {
      tables.records.set(key, { ...record, ...change(record) });
    });
    expect(asked.size).toBe(all);
  });

  test('but all validators where the record was read on an abandoned fork', async () => {
    const { asked, all } = await askedAt87((tables) => {
      tables.progress = { ...tables.progress, fork: 1, rewinds: [{ fork: 1, height: 85 }] };
    });
    expect(asked.size).toBe(all);
  });

  test('but all validators where the record was invalidated', async () => {
    const { asked, all } = await askedAt87((tables) => {
      const invalidations = [{ kind: 'staking', prefix: 'account-hash-', height: 86 }];
      tables.progress = { ...tables.progress, invalidations };
    });
    expect(asked.size).toBe(all);
  });

  test('but all validators where blocks since the record were not scanned', async () => {
    const { asked, all } = await askedAt87((tables) => {
      tables.progress = { ...tables.progress, followedFrom: 87 };
    });
    expect(asked.size).toBe(all);
  });

  /** The position is read at 86 and written by block 87. Gives the bids that sync reads then, and the number of validators. */
  async function askedAt87(change: (tables: MemoryTables, key: string, record: EntityRecord) => void) {
    const asked = new Set<string>();
    const world = await createWorld({ recording: 'chain-d', height: 86 });
    const service = world.process({
      onRequest: (_method, params) => {
        // The quorum read of a contradicted record asks all validators.
        if (world.counted.has('Conflict')) return;
        if (params?.key?.startsWith('bid-addr-02')) asked.add(params.key);
      },
    });
    await runTick(service);
    await ask(staking, service);
    const key = keyOf(staking, service);
    change(world.tables, key, world.tables.records.get(key) as EntityRecord);
    asked.clear();
    world.setHeight(87);
    expect(await runTick(service)).toMatchObject({ stoppedBy: 'done', to: 87 });
    return { asked, all: world.tables.directory.validators.length };
  }
});

describe('rule KIND-4: a redelegation that is under way may end at a new key of the validator', () => {
  const all = ['01aa', '01bb', '01cc', '01dd'];
  const eras = (redelegatesTo: string | null): StakingValue['unbondings'] => [
    { validator: '01bb', amount: '5', eraOfCreation: 3, redelegatesTo },
  ];

  test.each([
    { redelegatesTo: '01cc', asked: [...all, '01ee'] },
    { redelegatesTo: null, asked: ['01aa', '01bb'] },
  ])('so sync asks all validators while it is under way ($redelegatesTo)', async ({ redelegatesTo, asked }) => {
    const { state, readOf } = stateOf(all);
    const before: StakingValue = {
      delegations: [{ validator: '01aa', staked: '9' }],
      unbondings: eras(redelegatesTo),
      bid: null,
      complete: false,
      rewards: null,
      liquid: null,
    };
    const reading = await stakingWith(undefined).read(`account-hash-${'1'.repeat(64)}`, state, {
      value: before,
      probedValidators: ['01ee'],
      scanned: { validators: [] },
    });
    expect([...readOf].sort()).toEqual(asked);
    expect(reading?.value.delegations).toEqual([{ validator: '01aa', staked: '9' }]);
  });

  function stateOf(validators: readonly string[]) {
    const readOf = new Set<string>();
    const state: Partial<PinnedState> = {
      dependOn: () => undefined,
      account: async () => ({ mainPurse: '' }),
      validatorBid: async () => undefined,
      ownUnbonding: async () => undefined,
      allStakes: async () => undefined,
      lastRewards: async () => undefined,
      validators: async () => validators,
      async stake(validator) {
        readOf.add(validator);
        const delegation = validator === '01aa' ? { validator, delegator: null, staked: '9' } : undefined;
        return { validator, delegation, unbonding: undefined };
      },
    };
    return { state: state as PinnedState, readOf };
  }
});
