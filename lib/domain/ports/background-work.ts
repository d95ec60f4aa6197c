import type { EntityRef } from '../entity.ts';
import type { Reconciliation } from '../reconciliation.ts';

/** Asks for a refresh ahead of need, which another invocation does after the answer has left. */
export interface Refresher {
  request(ref: EntityRef): Promise<void>;
}

/** Starts the work of a run, which other invocations do after the answer has left. */
export interface Reconciler {
  start(run: Pick<Reconciliation, 'id' | 'attempt'>): Promise<void>;
}

/** Begins invocations that send events to webhooks, and does not wait for them. */
export interface WebhookRunner {
  /** Looks which webhooks have something to be sent. */
  dispatch(): Promise<void>;
  /** Sends one webhook what it was not sent yet. */
  deliver(id: string): Promise<void>;
}
