import type { Snapshot } from '../../domain/claim.ts';
import type { Deadline, Remaining } from '../../domain/deadline.ts';
import type { EntityDefinition, EntityRef } from '../../domain/entity.ts';
import type { ReadOptions } from '../../domain/freshness.ts';
import type { Service } from '../../domain/service.ts';
import type { SharedTip } from '../observing/tip.ts';

/** What one lookup carries through its steps. */
export interface LookupContext {
  readonly ref: EntityRef;
  readonly key: string;
  readonly definition: EntityDefinition;
  readonly options: ReadOptions;
  /** Read before any entry or record is (rule CLAIM-1); undefined: the store is not available. */
  readonly snapshot: Snapshot | undefined;
  /** The cache has an absence without a record, which is no longer fresh. */
  readonly isKnownAbsent: boolean;
  readonly service: Service;
  readonly shared: SharedTip | undefined;
  readonly deadline: Deadline;
  /** What is left of the time that the store may take before the chain is asked. */
  readonly storeTime: Remaining;
}
