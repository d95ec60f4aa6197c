import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const program = join(import.meta.dirname, '../../infra/local/start.ts');

export interface Child {
  readonly pid: number;
  /** Everything that the process has written so far, to both streams. */
  output(): string;
  /** Resolves with the exit status, or with the signal that ended the process. */
  readonly ended: Promise<number | string>;
  kill(signal: NodeJS.Signals): void;
  /** As Ctrl-C does on a terminal: the whole process group gets the signal. */
  interrupt(): void;
}

export interface Started extends Child {
  readonly url: string;
  readonly engine: string;
  readonly dataDir: string;
  /** Process ids of its child processes. */
  readonly children: readonly number[];
}

const running = new Set<ChildProcess>();

/** For the end of a test file: kills what a failed test left running. */
export function killAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

/**
 * Runs `npm start` in a process of its own. From this process's environment it gets only the paths of programs. By default
 * sync runs on request only.
 */
export function spawnService(env: Readonly<Record<string, string>>): Child {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', ASTAKE_SYNC_SECONDS: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('the service was not started');
  running.add(child);
  child.once('close', () => running.delete(child));
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
  }
  const interrupt = () => void process.kill(-pid, 'SIGINT');
  return { pid, output: () => text, ended: endOf(child), kill: (signal) => void child.kill(signal), interrupt };
}

async function endOf(child: ChildProcess): Promise<number | string> {
  const [code, signal] = await once(child, 'close');
  return code ?? signal;
}

/** Resolves when the service listens; addresses and folder are read from its start-up output. */
export async function startService(env: Readonly<Record<string, string>>): Promise<Started> {
  const child = spawnService(env);
  let ended = false;
  void child.ended.then(() => {
    ended = true;
  });
  await eventually(() => {
    if (ended) throw new Error(`the service ended: ${child.output()}`);
    return child.output().includes('Press Ctrl-C to stop.');
  });
  const printed = (pattern: RegExp): string => pattern.exec(child.output())?.[1] ?? '';
  return {
    ...child,
    url: printed(/Astake Lookup +(\S+)/),
    engine: printed(/ store +(\S+)/),
    dataDir: printed(/ data +(.+) \(/),
    children: childrenOf(child.pid),
  };
}

/** Polls until the condition holds. The limit is a safety net: it only ends a test that has failed. */
export async function eventually(
  holds: () => boolean | Promise<boolean>,
  limitMs = 200_000,
  pauseMs = 10,
): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`the condition did not hold within ${limitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

export const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

function childrenOf(pid: number): number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,comm='], { encoding: 'utf8' });
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, name]) => Number(parent) === pid && name !== 'ps')
    .map(([own]) => Number(own));
}
