import { refKey } from '../../domain/entity.ts';
import type { AuditEntry } from '../../domain/record.ts';

/** Rule AUDIT-1: by time, then by trail (kind, `#`, id; by code units), then by sequence. One order, which every reader can restore. */
export function inOrderOfTime(a: Placed, b: Placed): number {
  return textOrder(a.timestamp, b.timestamp) || textOrder(refKey(a.ref), refKey(b.ref)) || a.sequence - b.sequence;
}

type Placed = Pick<AuditEntry, 'timestamp' | 'ref' | 'sequence'>;

const textOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
