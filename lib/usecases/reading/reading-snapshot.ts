import type { Snapshot } from '../../domain/claim.ts';
import type { Remaining } from '../../domain/deadline.ts';
import type { Service } from '../../domain/service.ts';
import { bestEffort } from '../store-access.ts';

/** The part of the store's time for which a renewal is waited for where there is an older snapshot: the entry is still to be read. */
const patience = 0.5;

type SnapshotService = Pick<Service, 'snapshots' | 'log' | 'metrics'>;

/**
 * What a read is judged by; undefined where the store gives nothing. Rule CLAIM-9: while the store throttles, or is late, the last
 * snapshot is used for some seconds. It claims less, and what it claims is as old as its head and cursor say.
 */
export async function readingSnapshot(time: Remaining, service: SnapshotService): Promise<Snapshot | undefined> {
  const { snapshots } = service;
  const young = snapshots.held();
  if (young !== undefined) return young;
  const kept = snapshots.kept();
  if (kept === undefined) return bestEffort(snapshots.current(), time, service);
  if (kept.hasFailed) return kept.snapshot;
  const renewed = await bestEffort(snapshots.current(), () => time() * patience, service);
  return renewed ?? kept.snapshot;
}
