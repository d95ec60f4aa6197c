import { blockRef } from '../../domain/block.ts';
import { evidenceEveryMs } from '../../domain/evidence.ts';
import type { RefutedAnswer } from '../../domain/ports/chain.ts';
import type { AuditEntry } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';

/** A breaker may have opened and closed since. */
const newestEntries = 10;

/** Rule AUDIT-6: writes what a node sent and was barred for into its trail, unless a process has done so for this kind within an hour. */
export async function noteRefuted(
  { node, method, reason, evidence, at }: RefutedAnswer,
  { audit }: Pick<Service, 'audit'>,
): Promise<void> {
  const ref = { kind: 'node', id: node };
  const { block, ...kept } = evidence;
  const isOfNow = ({ after, timestamp }: AuditEntry): boolean =>
    (after as { refuted?: unknown } | null)?.refuted === kept.refuted && Date.parse(timestamp) > at - evidenceEveryMs;
  if ((await audit.history(ref, { limit: newestEntries })).some(isOfNow)) return;
  await audit.append({
    ref,
    cause: 'refusal',
    actor: 'service',
    before: null,
    after: { reason, method, ...kept },
    block: blockRef(block),
    timestamp: new Date(at).toISOString(),
  });
}
