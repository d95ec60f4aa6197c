import { accountHashOf } from '../../domain/account-id.ts';
import type { PinnedBlock } from '../../domain/block.ts';
import { validatorBidKey } from '../rpc/state-keys.ts';

export const stateMethod = 'query_global_state';
export const lostState = 'answers "not found" for state that is there';

/**
 * Whether a node holds a block's state. Whoever proposed the block has a bid in it, and an account even when the bid has
 * just been withdrawn: a node that knows neither has lost the state. Genesis has no proposer, and nothing to prove it by.
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
