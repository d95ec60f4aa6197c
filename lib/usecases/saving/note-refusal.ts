import { digestOf } from '../../domain/digest.ts';
import { refKey } from '../../domain/entity.ts';
import type { Observation } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';

/**
 * Counts, logs and audits an observation that was not saved for another reason than a lost race. The entry holds only a digest of
 * the refused value, so that the value is never read as if it were true. Throws StoreUnavailable.
 */
export async function noteRefusal(
  reason: string,
  { ref, value, block }: Observation,
  { audit, metrics, clock, log }: Pick<Service, 'audit' | 'metrics' | 'clock' | 'log'>,
): Promise<void> {
  metrics.count('Refused');
  log.warn('an observation was refused', { ref: refKey(ref), reason, block: block.height });
  await audit.append({
    ref: { kind: 'refusal', id: refKey(ref) },
    cause: 'refusal',
    actor: 'service',
    before: null,
    after: { reason, digest: digestOf(value) },
    block,
    timestamp: new Date(clock.now()).toISOString(),
  });
}
