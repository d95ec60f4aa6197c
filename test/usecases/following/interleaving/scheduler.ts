/** A call that a process is about to make. */
export interface Waiting {
  readonly process: string;
  readonly call: string;
}

/** Of the processes that run at once, one makes one call at a time; the caller chooses which. */
export interface Scheduler {
  /** Calls that wait; those of one process in the order in which they were made. */
  readonly waiting: readonly Waiting[];
  /** A process waits here until its call is chosen. */
  gate(process: string, call: string): Promise<void>;
  /** Runs until the process ends, or waits. */
  begin(process: string, work: () => Promise<void>): Promise<void>;
  /** Lets one call happen, and all that follows from it until every process ends or waits again. */
  grant(one: Waiting): Promise<void>;
  hasEnded(process: string): boolean;
}

export function createScheduler(): Scheduler {
  const waiting: (Waiting & { readonly go: () => void })[] = [];
  const ended = new Set<string>();

  return {
    waiting,
    gate: (process, call) => new Promise((go) => waiting.push({ process, call, go })),

    async begin(process, work) {
      void work().finally(() => ended.add(process));
      await quiet();
    },

    async grant(one) {
      const [granted] = waiting.splice(waiting.indexOf(one as (typeof waiting)[number]), 1);
      granted?.go();
      await quiet();
    },

    hasEnded: (process) => ended.has(process),
  };
}

/** An immediate comes only after every promise that can go on. */
const quiet = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
