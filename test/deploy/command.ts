import { spawn } from 'node:child_process';
import { basename } from 'node:path';

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
}

export interface Outcome {
  readonly status: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs a program to its end. */
export function outcomeOf(program: string, args: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let [output, errors] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      errors += text;
    });
    child.once('error', reject).once('close', (code) => resolve({ status: code ?? 1, output, errors }));
  });
}

/** Runs a program that has to succeed. Throws CommandFailed. */
export async function run(program: string, args: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
  const outcome = await outcomeOf(program, args, options);
  const { status, output, errors } = outcome;
  if (status !== 0)
    throw new CommandFailed(`${[basename(program), ...args].join(' ')}: status ${status}`, `${output}${errors}`);
  return outcome;
}

export class CommandFailed extends Error {
  /** The last lines that the program has written. */
  readonly log: readonly string[];
  constructor(message: string, written: string) {
    super(message);
    this.log = written.split('\n').filter(Boolean).slice(-20);
  }
}
