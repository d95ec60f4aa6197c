import { invoked } from '../lib/runtime/invocation.ts';
import { withHeads } from '../lib/runtime/with-heads.ts';
import { digestHeads, type UnfinishedDay } from '../lib/usecases/audit/digest-heads.ts';

/** Less than the time-out of the function in the manifest. */
const budgetMs = 150_000;

interface Asked {
  readonly unfinished?: UnfinishedDay | null;
  /** By hand, before the first digest: the day to begin with. */
  readonly first?: string;
}

/** Signs the heads of the audit trails of one day that is over; the state machine invokes it again until no such day is left. */
export const handler = invoked(({ unfinished = null, first }: Asked, service) =>
  digestHeads({ unfinished, first, budgetMs }, withHeads(service)),
);
