import { LRUCache } from 'lru-cache';
import pLimit from 'p-limit';
import type { BrokenLink } from '../../domain/audit-chain.ts';
import { parseRefKey, refKey } from '../../domain/entity.ts';
import { type VerifiedTrail, type VerifyService, verifyTrail } from './verify-trail.ts';

export interface AuditSpan {
  /** ISO 8601. A trail with an entry in the span is verified as a whole. */
  readonly from: string;
  readonly until: string;
}

export interface VerifiedAudit {
  readonly trails: number;
  readonly entries: number;
  readonly broken: number;
  /** The first broken link of the broken trail that comes first by the time of its entries. */
  readonly first: BrokenLink | undefined;
}

export interface VerifyAuditRequest extends AuditSpan {
  /** Kinds whose trails have a record, which names the trail's newest entry. */
  readonly recorded: ReadonlySet<string>;
  onBroken(link: BrokenLink): void;
}

const atOnce = 8;
/** How many verified trails are remembered. A forgotten trail may be verified and counted again. */
const maxRemembered = 100_000;

/**
 * Verifies every trail that has an entry in the span. Its memory does not grow with the number of trails. A trail that was
 * deleted as a whole has no entry in any span: `verifyTrail` finds that by the record (rule ITEM-3).
 */
export async function verifyAudit(request: VerifyAuditRequest, service: VerifyService): Promise<VerifiedAudit> {
  const { from, until, recorded, onBroken } = request;
  const verified = new LRUCache<string, true>({ max: maxRemembered });
  const found = { trails: 0, entries: 0, broken: 0, first: undefined as BrokenLink | undefined };

  function note({ entries, broken }: VerifiedTrail): void {
    found.trails += 1;
    found.entries += entries;
    if (broken === undefined) return;
    found.broken += 1;
    found.first ??= broken;
    onBroken(broken);
  }

  for await (const page of service.audit.between(from, until)) {
    const keys = [...new Set(page.map(({ ref }) => refKey(ref)))].filter((key) => !verified.has(key));
    for (const key of keys) verified.set(key, true);
    const trails = await pLimit(atOnce).map(keys.map(parseRefKey), (ref) =>
      verifyTrail(ref, recorded.has(ref.kind), service),
    );
    for (const trail of trails) note(trail);
  }
  return found;
}
