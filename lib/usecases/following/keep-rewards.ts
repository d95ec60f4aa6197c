import { blockRef } from '../../domain/block.ts';
import type { Service } from '../../domain/service.ts';
import { eraPaid } from '../observing/era-paid.ts';
import type { FollowContext } from './following.ts';

/**
 * Rule ACTIVITY-20: keeps what each era paid that the batch has ended, before the cursor passes its switch block. It is one
 * reading for all accounts, at two nodes. An era that no node serves, or on which they do not agree, is a hole, and does not stop the
 * cursor. Throws StoreUnavailable.
 */
export async function keepRewards(
  { batch, snapshot, signal }: Pick<FollowContext, 'batch' | 'snapshot' | 'signal'>,
  service: Pick<Service, 'chain' | 'rewards' | 'audit' | 'metrics' | 'clock' | 'log'>,
): Promise<void> {
  for (const block of batch.switchBlocks) {
    // Genesis ends era 0, which pays nothing.
    if (block.eraId < 1) continue;
    const shares = await eraPaid(block, signal, service);
    if (shares === undefined) {
      service.log.warn('what an era paid could not be read', { era: block.eraId, block: block.height });
      continue;
    }
    await service.rewards.keep({ era: block.eraId, block: blockRef(block), fork: snapshot.progress.fork }, shares);
  }
}
