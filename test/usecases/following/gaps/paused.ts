import type { Running } from '../../../../lib/runtime/service.ts';
import type { World } from '../world.ts';

export interface PausedReader {
  readonly reader: Running;
  /** Resolves when the process has reached the call. */
  readonly paused: Promise<void>;
  resume(): void;
}

/** A process that stops before a call of its store takes effect, until `resume`. */
export function pausedBefore(call: string, key: { kind: string; id: string }, world: World): PausedReader {
  const reached = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const reader = world.process({
    onCall: async (name, args) => {
      const { ref } = (args[0] ?? {}) as { ref?: { kind: string; id: string } };
      if (name !== call || ref?.kind !== key.kind || ref.id !== key.id) return;
      reached.resolve();
      await gate.promise;
    },
  });
  return { reader, paused: reached.promise, resume: gate.resolve };
}

/** A runner that does something else first, once, before a call of its store takes effect. */
export function runningFirst(call: string, kind: string, first: () => Promise<unknown>, world: World): Running {
  let done = false;
  return world.process({
    onCall: async (name, args) => {
      const { ref } = (args[0] ?? {}) as { ref?: { kind: string } };
      if (done || name !== call || ref?.kind !== kind) return;
      done = true;
      await first();
    },
  });
}
