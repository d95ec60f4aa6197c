import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

export const program = join(import.meta.dirname, '../../lib/cli/bin.cjs');

export interface Ran {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

type Env = Readonly<Record<string, string>>;

export function startProgram(env: Env, args: readonly string[]): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env.PATH, HOME: '/nonexistent', ...env },
  });
}

/** Runs the command line in a process of its own. From this process's environment it gets the paths of programs alone. */
export async function runProgram(env: Env, args: readonly string[], input = ''): Promise<Ran> {
  const child = startProgram(env, args);
  child.stdin.end(input);
  const [out, err, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { status, out, err };
}
