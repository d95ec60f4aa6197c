import { AsyncLocalStorage } from 'node:async_hooks';

const ids = new AsyncLocalStorage<string>();

/** Runs one of several invocations that share this process, as in a local run: its log lines bear its own request id. */
export const withRequestId = <T>(requestId: string, work: () => T): T => ids.run(requestId, work);

export const currentRequestId = (): string | undefined => ids.getStore();
