import type { BrokenLink } from '../../domain/audit-chain.ts';
import type { EntityRef } from '../../domain/entity.ts';
import type { AuditEntry } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { brokenInParts } from './trail-parts.ts';

export type HistoryProblem = Omit<BrokenLink, 'ref'>;

/**
 * What does not hold in one page of a record's trail, by the highest sequence first, as the page is. The page that begins at
 * the newest entry is held against the record too.
 */
export async function historyProblems(
  ref: EntityRef,
  entries: readonly AuditEntry[],
  fromNewest: boolean,
  service: Pick<Service, 'audit' | 'records' | 'localData' | 'keys' | 'webhooks'>,
): Promise<readonly HistoryProblem[]> {
  const [broken = []] = await brokenInParts([{ ref, entries, heldAgainstRecord: fromNewest }], service);
  return broken.map(({ sequence, problem }) => ({ sequence, problem })).reverse();
}
