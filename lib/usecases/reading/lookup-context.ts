import type { Snapshot } from '../../domain/claim.ts';
import type { Deadline, Remaining } from '../../domain/deadline.ts';
import type { EntityDefinition, EntityRef } from '../../domain/entity.ts';
import type { ReadOptions } from '../../domain/freshness.ts';
import type { Service } from '../../domain/service.ts';
import type { SharedTip } from '../observing/tip.ts';

/** One lookup on its way. */
export interface LookupContext {
  readonly ref: EntityRef;
  readonly key: string;
  readonly definition: EntityDefinition;
  readonly options: ReadOptions;
  /** Read before anything else is; undefined: the store cannot be used. */
  readonly snapshot: Snapshot | undefined;
  readonly service: Service;
  readonly shared: SharedTip | undefined;
  readonly deadline: Deadline;
  /** What is left of the store's time: the chain's is left to the chain. */
  readonly storeTime: Remaining;
}
