import { setTimeout as pause } from 'node:timers/promises';
import type { Program } from './find-program.ts';
import { type Launched, launch } from './launch.ts';

/** Gets a sentence about a trouble of the engine or its disk; `isOver`: the trouble that was reported has ended. */
export type EngineReport = (message: string, isOver?: boolean) => void;

export interface Supervision {
  readonly dataDir: string | undefined;
  /** Gets a line when the program has ended by itself, and when it runs again. */
  readonly report: EngineReport;
  /** The pause before the first new start; each failure doubles it, up to ten seconds. */
  readonly pauseMs?: number;
}

const longestPauseMs = 10_000;

/** Starts the program again, at the same address, whenever it ends without being asked to. */
export function supervise(program: Program, port: number, first: Launched, supervision: Supervision): Launched {
  const { dataDir, report, pauseMs = 200 } = supervision;
  const stopping = new AbortController();
  const { signal } = stopping;
  let current = first;
  let failures = 0;

  async function watch(): Promise<void> {
    while (!signal.aborted) {
      const since = performance.now();
      const reason = await current.ended;
      if (signal.aborted) return;
      failures = performance.now() - since > longestPauseMs ? 0 : failures;
      report(`the database engine ended (${reason}); it is started again`);
      await startAgain();
    }
  }

  async function startAgain(): Promise<void> {
    while (!signal.aborted) {
      await pause(Math.min(pauseMs * 2 ** failures, longestPauseMs), undefined, { signal, ref: false }).catch(() => {});
      if (signal.aborted) return;
      failures += 1;
      try {
        current = await launch(program, port, dataDir);
        if (!signal.aborted) return report('the database engine runs again', true);
        return await current.stop();
      } catch (error) {
        report(`the database engine cannot be started again: ${(error as Error).message}`);
      }
    }
  }

  const watching = watch();
  return {
    endpoint: first.endpoint,
    get pid() {
      return current.pid;
    },
    ended: watching.then(() => 'stopped'),
    async stop() {
      stopping.abort();
      await current.stop();
      await watching;
    },
  };
}
