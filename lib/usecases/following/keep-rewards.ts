import { blockRef } from '../../domain/block.ts';
import type { Service } from '../../domain/service.ts';
import type { FollowContext } from './following.ts';

/**
 * Rule ACTIVITY-20: keeps what each era paid that the batch has ended, before the cursor passes its switch block. It is one
 * reading for all accounts. An era that no node serves is a hole, and does not stop the cursor. Throws StoreUnavailable.
 */
export async function keepRewards(
  { batch, snapshot, signal }: Pick<FollowContext, 'batch' | 'snapshot' | 'signal'>,
  { chain, rewards, log }: Pick<Service, 'chain' | 'rewards' | 'log'>,
): Promise<void> {
  for (const block of batch.switchBlocks) {
    // Genesis ends era 0, which pays nothing.
    if (block.eraId < 1) continue;
    const shares = await chain.eraRewards(block, signal);
    if (shares === undefined) {
      log.warn('what an era paid could not be read', { era: block.eraId, block: block.height });
      continue;
    }
    await rewards.keep({ era: block.eraId, block: blockRef(block), fork: snapshot.progress.fork }, shares);
  }
}
