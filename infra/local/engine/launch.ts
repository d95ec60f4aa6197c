import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import type { Program } from './find-program.ts';
import { killWithParent } from './kill-with-parent.ts';

export interface Launched {
  readonly endpoint: string;
  readonly pid: number | undefined;
  /** Resolves, when the program has ended, with its exit status or signal. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

export class EngineNotStarted extends Error {
  override readonly name = 'EngineNotStarted';
}

const stopTimeoutMs = 2_000;

/** Starts the program and waits until it answers. Throws EngineNotStarted with the program's own error output. */
export async function launch(program: Program, port: number, dataDir: string | undefined): Promise<Launched> {
  const endpoint = `http://127.0.0.1:${port}`;
  const child = spawnProgram(program, port, dataDir);
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(String(code ?? signal)));
    child.once('error', (error) => resolve(error.message));
  });
  const errorOutput = errorOutputOf(child);
  const release = killWithParent(child);
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
    await ended;
    clearTimeout(timer);
    release();
  };
  try {
    await untilAnswering(endpoint, child, program.startTimeoutMs);
  } catch (error) {
    await stop();
    const reason = errorOutput() || (error as Error).message;
    throw new EngineNotStarted(`${program.kind} did not start on port ${port}: ${reason}`, { cause: error });
  }
  return { endpoint, pid: child.pid, ended, stop };
}

function spawnProgram({ kind, command, args }: Program, port: number, dataDir: string | undefined): ChildProcess {
  try {
    // In a process group of its own: Ctrl-C on a terminal must end the service first, and not the engine under it.
    return spawn(command, args(port, dataDir), { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  } catch (error) {
    // What is no program of this platform is refused at once.
    throw new EngineNotStarted(`${kind} (${command}) cannot be run: ${(error as Error).message}`, { cause: error });
  }
}

/** Any HTTP answer counts, but only while the child lives: otherwise another process could have answered. */
async function untilAnswering(endpoint: string, child: ChildProcess, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  let failure: unknown;
  child.once('error', (error) => {
    failure = error;
  });
  child.once('exit', (code, signal) => {
    failure ??= new Error(`the program ended with ${code ?? signal}`);
  });
  while (Date.now() < deadline) {
    const answer = await fetch(endpoint, { signal: AbortSignal.timeout(1_000) }).then(
      (response) => response.text(),
      () => undefined,
    );
    if (failure !== undefined) throw failure;
    if (answer !== undefined) return;
    await pause(10);
  }
  throw new Error(`no answer within ${timeoutMs} ms`);
}

/** The last 2,000 characters of what the program writes to its error stream. */
function errorOutputOf(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (more: string) => {
    text = (text + more).slice(-2_000);
  });
  return () => text.trim();
}
