import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface NodeProcess {
  readonly url: string;
  /** Resolves when the chain is that high. */
  setHeight(height: number): Promise<void>;
  end(): void;
}

/** A recorded node of chain-d in a process of its own, so that its work is not ours. */
export async function startNodeProcess(): Promise<NodeProcess> {
  const child = fork(join(import.meta.dirname, 'node-child.ts'));
  const [url] = await once(child, 'message');
  return {
    url: String(url),
    async setHeight(height) {
      const there = once(child, 'message');
      child.send(height);
      await there;
    },
    end: () => child.disconnect(),
  };
}
