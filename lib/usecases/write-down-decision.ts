import type { Conflict } from '../domain/conflict.ts';
import type { Service } from '../domain/service.ts';

/** What was decided without changing a record has a trail of its own, the conflict's. Written twice, it is there once. */
export async function writeDownDecision(
  { id, block, decision }: Conflict,
  { audit }: Pick<Service, 'audit'>,
): Promise<void> {
  if (decision === null) return;
  await audit.append({
    ref: { kind: 'conflict', id },
    cause: decision.reviewer === 'service' ? 'resolution' : 'review',
    actor: decision.reviewer,
    before: { decision: null },
    after: { decision },
    block,
    timestamp: decision.at,
  });
}
