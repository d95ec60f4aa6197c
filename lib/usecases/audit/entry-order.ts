import { refKey } from '../../domain/entity.ts';
import type { AuditEntry } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';

/** Rule AUDIT-1: by time, then by trail (kind, `#`, id; by code units), then by sequence. One order, which every reader can restore. */
export function inOrderOfTime(a: Placed, b: Placed): number {
  return textOrder(a.timestamp, b.timestamp) || textOrder(refKey(a.ref), refKey(b.ref)) || a.sequence - b.sequence;
}

type Placed = Pick<AuditEntry, 'timestamp' | 'ref' | 'sequence'>;

const textOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The entries of a span (ISO 8601, `until` excluded) in this order, behind `after`. Those of one moment are held at once. */
export async function* entriesInOrder(
  { from, until, after }: { readonly from: string; readonly until: string; readonly after?: Placed | null },
  { audit }: Pick<Service, 'audit'>,
): AsyncGenerator<AuditEntry> {
  let moment: AuditEntry[] = [];
  const isNext = (entry: AuditEntry) => after == null || inOrderOfTime(after, entry) < 0;
  for await (const page of audit.between(after?.timestamp ?? from, until)) {
    for (const entry of page) {
      if (moment[0] !== undefined && moment[0].timestamp !== entry.timestamp) {
        yield* moment.sort(inOrderOfTime).filter(isNext);
        moment = [];
      }
      moment.push(entry);
    }
  }
  yield* moment.sort(inOrderOfTime).filter(isNext);
}
