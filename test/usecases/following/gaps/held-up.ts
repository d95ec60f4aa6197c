import type { Running } from '../../../../lib/runtime/service.ts';
import type { World } from '../world.ts';

export interface HeldUp {
  readonly reader: Running;
  /** It has come there. */
  readonly there: Promise<void>;
  letOn(): void;
}

/** A process that stands still before a call of its store takes effect, until it is let on. */
export function heldUpBefore(call: string, key: { kind: string; id: string }, world: World): HeldUp {
  const there = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const reader = world.process({
    onCall: async (name, args) => {
      const { ref } = (args[0] ?? {}) as { ref?: { kind: string; id: string } };
      if (name !== call || ref?.kind !== key.kind || ref.id !== key.id) return;
      there.resolve();
      await gate.promise;
    },
  });
  return { reader, there: there.promise, letOn: gate.resolve };
}

/** A runner that lets somebody do something else first, once, before a call of its own takes effect. */
export function lettingFirst(call: string, kind: string, first: () => Promise<unknown>, world: World): Running {
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
