import { styleText } from 'node:util';

/** What the program has of the world. */
export interface CliIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: NodeJS.ReadableStream;
  /** A person is there to be asked. */
  readonly isInteractive: boolean;
  /** Columns of the terminal; undefined: the output is no terminal, and nothing is cut. */
  readonly width: number | undefined;
  /** Resolves when there is room for more. */
  write(text: string): Promise<void>;
  warn(text: string): void;
  paint(colour: Colour, text: string): string;
  /** Milliseconds since 1970. */
  now(): number;
  /** Ends with the first Ctrl-C. */
  readonly signal: AbortSignal;
}

export type Colour = 'red' | 'yellow' | 'green' | 'bold';

const onePressMs = 1_000;

export function processIo(): CliIo {
  const { env, stdin, stdout, stderr } = process;
  const isColoured = stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  const given = Number(env.COLUMNS);
  // The reader of a pipe may have enough: that is an end, and no failure.
  stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 2));
  return {
    env,
    stdin,
    isInteractive: stdin.isTTY === true && stderr.isTTY === true,
    width: Number.isInteger(given) && given > 0 ? given : stdout.columns,
    write: (text) => new Promise((done) => (stdout.write(text) ? done() : stdout.once('drain', done))),
    warn: (text) => void stderr.write(`${text}\n`),
    paint: (colour, text) => (isColoured ? styleText(colour, text) : text),
    now: Date.now,
    signal: signalOf(),
  };
}

/** On a terminal one key press may come twice: from the terminal, and from a program that passes it on. */
function signalOf(): AbortSignal {
  const abort = new AbortController();
  let first: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (first !== undefined && performance.now() - first > onePressMs) process.exit(130);
      first ??= performance.now();
      abort.abort();
    });
  }
  return abort.signal;
}
