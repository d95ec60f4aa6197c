import { expect, test } from '@jest/globals';
import { collectingState } from '../../../lib/chain/state/collecting-state.ts';
import type { CollectedProofs } from '../../../lib/domain/full-proof.ts';
import type { RecordingState } from '../../../lib/domain/pinned-state.ts';

const validator = `01${'ab'.repeat(32)}`;

// Rule PROOF-5.
test('a validator that a node lists in two spellings is named once, and its stake counts once', async () => {
  const listed = [validator.toUpperCase(), validator].map((each) => ({ validator: each }));
  const state = {
    allStakes: async () => ({ bid: undefined, stakes: listed, isPurseFree: true }),
    validatorBid: async () => undefined,
    stake: async (each: string) => ({ validator: each, delegation: { validator: each, delegator: null, staked: '5' } }),
  } as unknown as RecordingState;
  const collected: CollectedProofs = { proofs: new Map(), absent: new Set(), claimed: {} };
  const all = await collectingState(state, collected).allStakes('cd'.repeat(32));
  expect(all?.stakes).toMatchObject([{ validator, delegation: { staked: '5' } }]);
  expect(collected.claimed.stakes).toEqual([validator]);
});
