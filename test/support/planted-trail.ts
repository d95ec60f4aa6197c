import { chainEntry } from '../../lib/domain/audit-chain.ts';
import type { EntityRef } from '../../lib/domain/entity.ts';
import type { AuditEntry } from '../../lib/domain/record.ts';

/** A whole trail of so many entries, each of another owner; `at` gives the moment of an entry by its sequence, `blockOf` its block. */
export function plantedTrail(
  ref: EntityRef,
  entries: number,
  at: (sequence: number) => string,
  blockOf: (sequence: number) => AuditEntry['block'] = () => null,
): AuditEntry[] {
  const trail: AuditEntry[] = [];
  for (let sequence = 1; sequence <= entries; sequence += 1)
    trail.push(
      chainEntry({
        ref,
        sequence,
        cause: 'sync',
        actor: 'service',
        before: trail.at(-1)?.after ?? null,
        after: { owner: `owner-${sequence}` },
        block: blockOf(sequence),
        timestamp: at(sequence),
        previousDigest: trail.at(-1)?.digest ?? null,
      }),
    );
  return trail;
}
