import type { Explanations } from '../../../lib/domain/ports/explanations.ts';
import { copy, type MemoryTables, type OnCall } from './tables.ts';

export const explanationsIn = ({ explanations }: MemoryTables, onCall: OnCall): Explanations => ({
  async keep(explanation, expiresAt) {
    await onCall('explanations.keep', [explanation, expiresAt]);
    explanations.set(explanation.requestId, { explanation: copy(explanation), expiresAt });
  },

  async find(requestId, now) {
    await onCall('explanations.find', [requestId, now]);
    const kept = explanations.get(requestId);
    return kept === undefined || kept.expiresAt * 1000 <= now ? undefined : copy(kept.explanation);
  },
});
