import { AsyncLocalStorage } from 'node:async_hooks';
import type { Counted } from '../../domain/ports/chain.ts';

/** Counts the requests of this process, and those of one piece of work by its asynchronous context. */
export function createCallCounter() {
  let calls = 0;
  const counters = new AsyncLocalStorage<{ calls: number }>();
  return {
    count(): void {
      calls += 1;
      const counter = counters.getStore();
      if (counter !== undefined) counter.calls += 1;
    },
    total: () => calls,
    async counted<T>(work: () => Promise<T>): Promise<Counted<T>> {
      const counter = { calls: 0 };
      const value = await counters.run(counter, work);
      return { value, calls: counter.calls };
    },
  };
}
