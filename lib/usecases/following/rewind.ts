import { type BlockRef, blockRef } from '../../domain/block.ts';
import { abortIn } from '../../domain/deadline.ts';
import { InvalidRequest, LookupError, UnreadableBlock } from '../../domain/errors.ts';
import type { Service } from '../../domain/service.ts';

/**
 * Rule FOLLOW-8: after a hard reset of the network an operator sets sync back to a block that is still on the chain. What
 * was read above it on the fork before counts as never read. The next tick follows from there.
 * `actor`: who was authenticated; `reviewer`: the name that the request gives. Throws InvalidRequest for a height above the cursor, LookupError (`conflict_state`) when another rewind came first.
 */
export async function rewind(
  height: number,
  { actor, reviewer, note }: { readonly actor: string; readonly reviewer?: string; readonly note: string | null },
  service: Service,
): Promise<BlockRef> {
  const { progress, chain, limits, audit, clock } = service;
  const before = await progress.read();
  if (before.cursor === null || height > before.cursor.height) {
    const limit =
      before.cursor === null ? 'no block has been followed yet' : `the cursor is at ${before.cursor.height}`;
    throw new InvalidRequest([{ path: 'height', message: `must not be above the cursor: ${limit}` }]);
  }
  const signal = abortIn(limits.deadlineMs);
  // The known head belongs to the fork that is abandoned: no node has to reach it.
  const tip = await chain.tip({ atLeast: height, nodes: before.nodes, signal });
  const { block } = await chain.executed(height, { tip, signal }).catch((error: unknown) => {
    // What it wrote does not matter: sync goes on after it.
    if (error instanceof UnreadableBlock && error.header !== undefined) return error.header;
    throw error;
  });
  const to = blockRef(block);
  if (!(await progress.rewind(to, before.fork))) {
    throw new LookupError('conflict_state', 'another rewind was made in the meantime; read the sync report again');
  }
  await audit.append({
    ref: { kind: 'service', id: 'sync' },
    cause: 'review',
    actor,
    // Entries that are stored already call the fork `branch`.
    before: { branch: before.fork, cursor: before.cursor },
    after: { branch: before.fork + 1, cursor: to, ...(reviewer !== undefined && { reviewer }), note },
    block: to,
    timestamp: new Date(clock.now()).toISOString(),
  });
  return to;
}
