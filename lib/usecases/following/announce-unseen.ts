import { blockRef } from '../../domain/block.ts';
import { messageOf } from '../../domain/errors.ts';
import { syncSubject } from '../../domain/events.ts';
import type { Service } from '../../domain/service.ts';
import type { UnseenBlock } from './unreadable-blocks.ts';

/**
 * Rule FOLLOW-10: says that sync passes blocks unseen, with an audit entry and an event for each. It is called before the
 * cursor moves, so that a runner that is killed in between leaves no block unreported. May be repeated: the event keeps its
 * id, and an audit entry with the same content is not appended again. Throws StoreUnavailable.
 */
export async function announceUnseen(
  passed: readonly UnseenBlock[],
  fork: number,
  { audit, outbox, metrics, clock, log }: Pick<Service, 'audit' | 'outbox' | 'metrics' | 'clock' | 'log'>,
): Promise<void> {
  for (const { height, header, cause, passedBy } of passed) {
    const at = new Date(clock.now()).toISOString();
    const detail = { height, hash: header?.block.hash ?? null, reason: messageOf(cause) };
    const actor = passedBy?.actor ?? 'service';
    log.warn('a block is passed unseen; all records are to be reconciled', { ...detail, passedBy: actor });
    metrics.count('BlockUnseen');
    await audit.append({
      ref: { kind: 'service', id: 'sync' },
      cause: passedBy === undefined ? 'sync' : 'review',
      actor,
      before: null,
      after: {
        unseen: detail,
        ...(passedBy?.reviewer !== undefined && { reviewer: passedBy.reviewer }),
        note: passedBy?.note ?? null,
      },
      block: header === undefined ? null : blockRef(header.block),
      timestamp: at,
    });
    await outbox.put(
      {
        id: `BlockUnseen#${fork}#${height}`,
        type: 'BlockUnseen',
        at,
        detail: { ...detail, passedBy: actor },
      },
      syncSubject,
    );
  }
}
