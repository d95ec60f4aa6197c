import { accountHashOf } from '../../domain/account-id.ts';
import type { CollectedProofs } from '../../domain/full-proof.ts';
import type { RecordingState, StakeWithValidator } from '../../domain/pinned-state.ts';
import { delegationKey, unbondingKey } from '../rpc/state-keys.ts';

/**
 * Rule PROOF-5: takes note of what nodes say without a proof. Of the list of all bids only the validators are taken: what is staked with
 * them is read by its keys, which are proved. Where an account holds nothing with a validator, nothing is kept of that.
 */
export function collectingState(state: RecordingState, { absent, claimed }: CollectedProofs): RecordingState {
  const held = new Set<string>();

  async function stake(validator: string, accountHash: string): Promise<StakeWithValidator> {
    const found = await state.stake(validator, accountHash);
    const validatorHash = accountHashOf(validator);
    // Its own keys are read in another way as well: they stay, and so it is named.
    const isOwn = validatorHash === accountHash;
    if (isOwn || found.delegation !== undefined || found.unbonding !== undefined) held.add(validator);
    else {
      absent.delete(delegationKey(validatorHash, accountHash));
      absent.delete(unbondingKey(validatorHash, accountHash));
    }
    if (claimed.validators !== undefined) claimed.validators = [...held].sort();
    return found;
  }

  return {
    ...state,
    stake,
    async mainPurseBalance(accountHash) {
      const balance = await state.mainPurseBalance(accountHash);
      if (balance !== undefined) claimed.balance = { available: balance.available, holds: balance.holds ?? null };
      return balance;
    },
    async allStakes(accountHash) {
      const all = await state.allStakes(accountHash);
      if (all === undefined) {
        claimed.stakes = null;
        return undefined;
      }
      const bid = await state.validatorBid(accountHash);
      // Keys of one validator in two spellings would count twice: the check takes one spelling.
      const validators = new Set(all.stakes.map(({ validator }) => validator.toLowerCase()));
      const stakes = await Promise.all([...validators].map((validator) => stake(validator, accountHash)));
      claimed.stakes = [...held].sort();
      return { ...all, bid, stakes };
    },
    async lastRewards(accountHash) {
      const rewards = await state.lastRewards(accountHash);
      claimed.rewards = rewards ?? null;
      return rewards;
    },
    async validators() {
      const validators = await state.validators();
      claimed.validators ??= [];
      return validators;
    },
  };
}
