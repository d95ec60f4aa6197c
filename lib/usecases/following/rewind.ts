import { type BlockRef, blockRef } from '../../domain/block.ts';
import { abortIn } from '../../domain/deadline.ts';
import { InvalidRequest, LookupError } from '../../domain/errors.ts';
import type { Service } from '../../domain/service.ts';

/**
 * After a hard reset: goes back to a block that our chain and the network's have in common, by an operator's word. What was
 * read above it on the branch before counts as never read. The next tick follows on from there.
 */
export async function rewind(
  height: number,
  { actor, note }: { readonly actor: string; readonly note: string | null },
  service: Service,
): Promise<BlockRef> {
  const { progress, chain, limits, audit, clock } = service;
  const there = await progress.read();
  if (there.cursor === null || height > there.cursor.height) {
    const most = there.cursor === null ? 'nothing has been followed yet' : `the cursor is at ${there.cursor.height}`;
    throw new InvalidRequest([{ path: 'height', message: `cannot be gone back to: ${most}` }]);
  }
  const signal = abortIn(limits.deadlineMs);
  // The head that is known is of the branch that is left: no node is held against it.
  const tip = await chain.tip({ atLeast: height, nodes: there.nodes, signal });
  const { block } = await chain.executed(height, { tip, signal });
  const to = blockRef(block);
  if (!(await progress.rewind(to, there.fork))) {
    throw new LookupError('conflict_state', 'somebody else has gone back meanwhile');
  }
  await audit.append({
    ref: { kind: 'service', id: 'sync' },
    cause: 'review',
    actor,
    before: { fork: there.fork, cursor: there.cursor },
    after: { fork: there.fork + 1, cursor: to, note },
    block: to,
    timestamp: new Date(clock.now()).toISOString(),
  });
  return to;
}
