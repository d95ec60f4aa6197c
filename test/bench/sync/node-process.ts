import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface NodeState {
  readonly height: number;
  /** How long it takes to answer. */
  readonly delayMs: number;
}

export interface NodeProcess {
  readonly url: string;
  /** Resolves when it is so. */
  be(state: NodeState): Promise<void>;
  end(): void;
}

/** A recorded node of chain-d in a process of its own, so that its work is not ours. */
export async function startNodeProcess(): Promise<NodeProcess> {
  const child = fork(join(import.meta.dirname, 'node-child.ts'));
  const [url] = await once(child, 'message');
  return {
    url: String(url),
    async be(state) {
      const done = once(child, 'message');
      child.send(state);
      await done;
    },
    end: () => child.disconnect(),
  };
}
