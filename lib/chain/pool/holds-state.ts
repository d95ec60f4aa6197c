import { accountHashOf } from '../../domain/account-id.ts';
import type { PinnedBlock } from '../../domain/block.ts';
import { validatorBidKey } from '../rpc/state-keys.ts';

export const stateMethod = 'query_global_state';
export const lostState = 'answers "not found" for state that exists';

/**
 * Whether a node holds a block's state (rule KIND-1). The proposer of a block has a bid in that state, and an account even
 * if the bid was just withdrawn: a node that finds neither has lost the state. Genesis has no proposer, so for it nothing
 * can be shown.
 */
export async function holdsState(
  block: PinnedBlock,
  ask: (method: string, params: object) => Promise<object>,
): Promise<boolean> {
  if (block.proposer.length < 66) return true;
  const proposer = accountHashOf(block.proposer);
  for (const key of [validatorBidKey(proposer), `account-hash-${proposer}`]) {
    const answered = await ask(stateMethod, { state_identifier: { BlockHash: block.hash }, key, path: [] });
    if ('value' in answered) return true;
  }
  return false;
}
