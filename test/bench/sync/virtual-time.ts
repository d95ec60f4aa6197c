/** A clock that stands still while anything is left to do, and then moves on to the next moment that is waited for. */
export interface VirtualTime {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** Returns at that moment; what is due then has been done. */
  runUntil(end: number): Promise<void>;
}

export function createVirtualTime(start: number): VirtualTime {
  let now = start;
  /** By moment; those of one moment in the order in which they fell asleep. */
  const sleepers = new Map<number, (() => void)[]>();

  /** Nothing here waits for the outside: once an immediate has come, all that promises had to do has been done. */
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  return {
    now: () => now,

    sleep: (milliseconds) =>
      new Promise((wake) => {
        const at = now + Math.max(0, Math.round(milliseconds));
        const there = sleepers.get(at);
        if (there === undefined) sleepers.set(at, [wake]);
        else there.push(wake);
      }),

    async runUntil(end) {
      for (;;) {
        await settled();
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
