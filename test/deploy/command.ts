import { spawn } from 'node:child_process';

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
}

export interface Outcome {
  readonly status: number;
  /** Standard output and standard error, in the order of arrival. */
  readonly output: string;
}

/** Runs a program to its end. */
export function outcomeOf(program: string, args: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.once('error', reject).once('close', (code) => resolve({ status: code ?? 1, output }));
  });
}

/** The output of a program. Throws CommandFailed. */
export async function run(program: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { status, output } = await outcomeOf(program, args, options);
  if (status !== 0) throw new CommandFailed(`${program} ${args.join(' ')}: status ${status}\n${output}`);
  return output;
}

class CommandFailed extends Error {}
