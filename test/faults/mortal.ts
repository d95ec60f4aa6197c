import type { RpcClient } from '../../lib/chain/rpc/rpc-client.ts';

/** When a process is killed: at its n-th call of the store or of a node, before or after the call takes effect. */
export interface Death {
  readonly at: 'store' | 'chain';
  readonly call: number;
  readonly when: 'before' | 'after';
}

/** A process that may be killed. Its last call never returns to it, and none of its later calls takes effect. */
export interface Mortal {
  readonly isDead: boolean;
  /** Rejects when it is killed. */
  readonly killed: Promise<never>;
  /** Resolves when it is killed, and what it had under way then has taken effect. */
  readonly gone: Promise<void>;
  /** Runs one call, or is killed at it. */
  call<T>(at: Death['at'], take: () => Promise<T>): Promise<T>;
  /** At the end of a test: lets go of what still waits for a call that never returns. */
  bury(): void;
}

export class Killed extends Error {
  override readonly name = 'Killed';
}

export function createMortal(death?: Death): Mortal {
  const calls = { store: 0, chain: 0 };
  const underway = new Set<Promise<unknown>>();
  const { promise: killed, reject: kill } = Promise.withResolvers<never>();
  const { promise: never, reject: bury } = Promise.withResolvers<never>();
  const { promise: gone, resolve: leave } = Promise.withResolvers<void>();
  killed.catch(() => undefined);
  never.catch(() => undefined);
  let isDead = false;
  const die = (): void => {
    isDead = true;
    kill(new Killed());
    Promise.allSettled(underway).then(() => leave());
  };
  return {
    get isDead() {
      return isDead;
    },
    killed,
    gone,
    async call(at, take) {
      if (isDead) return never;
      calls[at] += 1;
      const isLast = at === death?.at && calls[at] === death.call;
      if (isLast && death?.when === 'before') {
        die();
        return never;
      }
      const outcome = take();
      underway.add(outcome);
      await outcome.catch(() => undefined);
      underway.delete(outcome);
      // Also an answer to an earlier call that arrives now reaches no living process.
      if (isLast && !isDead) die();
      return isDead ? never : outcome;
    },
    bury: () => bury(new Killed()),
  };
}

/** Each request to a node is a call of the chain. */
export const clientOf = (mortal: Mortal, client: RpcClient): RpcClient => ({
  call: (...args) => mortal.call('chain', () => client.call(...args)),
});
