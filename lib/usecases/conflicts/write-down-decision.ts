import type { Conflict } from '../../domain/conflict.ts';
import { canonicalJson } from '../../domain/digest.ts';
import { refKey } from '../../domain/entity.ts';
import type { Service } from '../../domain/service.ts';

/** Of a conflict's trail: each decision and each undo has one entry. */
const longEnough = 100;

/**
 * The conflict has a trail of its own: who decided it, why, and about which record, whose trail has the change alone.
 * Written twice, it is there once, also where it is being taken back meanwhile.
 */
export async function recordDecision(
  { id, ref, block, decision }: Conflict,
  { audit }: Pick<Service, 'audit'>,
): Promise<void> {
  if (decision === null) return;
  const trail = { kind: 'conflict', id };
  const after = { decision, record: refKey(ref) };
  const told = await audit.history(trail, { limit: longEnough });
  if (told.some((entry) => canonicalJson(entry.after) === canonicalJson(after))) return;
  await audit.append({
    ref: trail,
    cause: decision.reviewer === 'service' ? 'resolution' : 'review',
    actor: decision.reviewer,
    before: { decision: null },
    after,
    block,
    timestamp: decision.at,
  });
}
