import type { NodeTransition } from '../../domain/ports/chain.ts';
import type { Service } from '../../domain/service.ts';

/** Writes into a node's audit trail that its breaker opened or closed, and why. */
export function noteTransition(
  { node, open, reason, at }: NodeTransition,
  { audit }: Pick<Service, 'audit'>,
): Promise<void> {
  return audit.append({
    ref: { kind: 'node', id: node },
    cause: 'health',
    actor: 'service',
    before: { open: !open },
    after: { open, reason },
    block: null,
    timestamp: new Date(at).toISOString(),
  });
}
