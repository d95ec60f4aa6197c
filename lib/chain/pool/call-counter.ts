import { AsyncLocalStorage } from 'node:async_hooks';
import type { Counted, Purpose } from '../../domain/ports/chain.ts';

interface Work {
  calls: number;
  readonly purpose: Purpose | undefined;
  /** The work that this is part of. */
  readonly within: Work | undefined;
}

/** Counts the requests of this process, and those of one piece of work by its asynchronous context, which also has its purpose. */
export function createCallCounter() {
  let calls = 0;
  const works = new AsyncLocalStorage<Work>();
  return {
    count(): void {
      calls += 1;
      for (let work = works.getStore(); work !== undefined; work = work.within) work.calls += 1;
    },
    total: () => calls,
    purpose: (): Purpose | undefined => works.getStore()?.purpose,
    async counted<T>(work: () => Promise<T>, purpose?: Purpose): Promise<Counted<T>> {
      const within = works.getStore();
      const own: Work = { calls: 0, purpose: within?.purpose ?? purpose, within };
      const value = await works.run(own, work);
      return { value, calls: own.calls };
    },
  };
}
