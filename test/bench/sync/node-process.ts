import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface NodeState {
  readonly height: number;
  /** Milliseconds that an answer takes. */
  readonly delayMs: number;
}

export interface NodeProcess {
  readonly url: string;
  /** Resolves when the node has this state. */
  be(state: NodeState): Promise<void>;
  end(): void;
}

/** A recorded node of chain-d in a process of its own, so that its work is not measured. */
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
