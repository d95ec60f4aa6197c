/** A clock that stands still while there is work, and then moves on to the next time that a sleeper waits for. */
export interface VirtualTime {
  /** Milliseconds since the epoch. */
  now(): number;
  steady(): number;
  sleep(milliseconds: number): Promise<void>;
  /** Returns at this time, when everything that is due then is done. */
  runUntil(end: number): Promise<void>;
}

export function createVirtualTime(start: number): VirtualTime {
  let now = start;
  /** By time; sleepers of one time in the order in which they began to sleep. */
  const sleepers = new Map<number, (() => void)[]>();

  /** This process has no input or output: an immediate runs only after every promise that can continue. */
  const idle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  return {
    now: () => now,
    steady: () => now,

    sleep: (milliseconds) =>
      new Promise((wake) => {
        const at = now + Math.max(0, Math.round(milliseconds));
        const there = sleepers.get(at);
        if (there === undefined) sleepers.set(at, [wake]);
        else there.push(wake);
      }),

    async runUntil(end) {
      for (;;) {
        await idle();
        const next = Math.min(...sleepers.keys());
        if (next > end) break;
        now = next;
        const due = sleepers.get(next) ?? [];
        sleepers.delete(next);
        for (const wake of due) wake();
      }
      now = end;
    },
  };
}
