import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Proving } from './reader.ts';
import type { Reads } from './reader-child.ts';

export interface ReaderProcess {
  /** CPU time of one read, in microseconds. */
  cpuOf(reads: Reads): Promise<number>;
  end(): void;
}

/** `profile` is a folder for its CPU profile. */
export async function startReader(
  node: { readonly url: string; readonly chainName: string },
  proving: Proving,
  profile?: string,
): Promise<ReaderProcess> {
  const child = fork(join(import.meta.dirname, 'reader-child.ts'), [node.url, node.chainName, proving], {
    execArgv: [
      '--disable-warning=ExperimentalWarning',
      ...(profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]),
    ],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const failed = once(child, 'exit').then(([code]) => Promise.reject(new Error(`the process ended with ${code}`)));
  failed.catch(() => undefined);
  const nextMessage = () => Promise.race([once(child, 'message').then(([message]) => message), failed]);
  await nextMessage();
  return {
    async cpuOf(reads) {
      const answer = nextMessage();
      child.send(reads);
      return (await answer) as number;
    },
    end: () => child.disconnect(),
  };
}
