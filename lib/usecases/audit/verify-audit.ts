import { LRUCache } from 'lru-cache';
import pLimit from 'p-limit';
import type { BrokenLink } from '../../domain/audit-chain.ts';
import { parseRefKey, refKey } from '../../domain/entity.ts';
import { type VerifiedTrail, type VerifyService, verifyTrail } from './verify-trail.ts';

export interface AuditSpan {
  /** ISO 8601; trails with an entry in between are walked as a whole. */
  readonly from: string;
  readonly until: string;
}

export interface VerifiedAudit {
  readonly trails: number;
  readonly entries: number;
  /** Trails that are broken, and the first link of the first of them, by the time of their entries. */
  readonly broken: number;
  readonly first: BrokenLink | undefined;
}

export interface Verifying extends AuditSpan {
  /** Trails of these kinds have a record, which names their newest entry. */
  readonly recorded: ReadonlySet<string>;
  onBroken(link: BrokenLink): void;
}

const atOnce = 8;
/** Trails that are known to have been walked. One that is forgotten is walked again, and counted again. */
const remembered = 100_000;

/**
 * Walks every trail that has an entry in the span, found by the days on which entries were written. What it holds at a time
 * does not grow with the trails. A trail that was removed as a whole is on no day: it is missed where its record is read.
 */
export async function verifyAudit(verifying: Verifying, service: VerifyService): Promise<VerifiedAudit> {
  const { from, until, recorded, onBroken } = verifying;
  const walked = new LRUCache<string, true>({ max: remembered });
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
    const keys = [...new Set(page.map(({ ref }) => refKey(ref)))].filter((key) => !walked.has(key));
    for (const key of keys) walked.set(key, true);
    const trails = await pLimit(atOnce).map(keys.map(parseRefKey), (ref) =>
      verifyTrail(ref, recorded.has(ref.kind), service),
    );
    for (const trail of trails) note(trail);
  }
  return found;
}
