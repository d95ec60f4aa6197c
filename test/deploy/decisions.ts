import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** What IAM has decided for a function. */
export interface Decision {
  /** The name of the function. */
  readonly function: string;
  readonly action: string;
  readonly resource: string;
  readonly allowed: boolean;
  /** By the clock of this machine. */
  readonly at: number;
}

/** Reads what was written of a file of decisions since the last time. Gives those behind the mark. */
export function decisionsIn(file: string): (since?: number) => Decision[] {
  const decisions: Decision[] = [];
  let read = 0;
  return (since = 0) => {
    const text = textFrom(file, read);
    // The last line may still be written.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    read += Buffer.byteLength(whole);
    decisions.push(...whole.split('\n').filter(Boolean).map(decisionIn));
    return decisions.slice(since);
  };
}

function decisionIn(line: string): Decision {
  const { principal, ...decision } = JSON.parse(line);
  // The session of a function's role has the function's name.
  return { ...decision, function: principal.split('/').at(-1) };
}

function textFrom(path: string, from: number): string {
  const file = openSync(path, 'a+');
  try {
    const bytes = Buffer.alloc(Math.max(0, fstatSync(file).size - from));
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, bytes.length, from));
  } finally {
    closeSync(file);
  }
}
