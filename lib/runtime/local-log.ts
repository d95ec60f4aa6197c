import { styleText } from 'node:util';
import type { Log } from '../domain/ports/telemetry.ts';
import { isPrintable, printable } from '../domain/printable.ts';
import { serviceName } from './metric-names.ts';

type Level = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
type Details = Readonly<Record<string, unknown>>;

export interface LocalLogOptions {
  /** Lines for a person at a terminal; otherwise each line is a JSON object. */
  readonly forPeople: boolean;
  /** The name of the lowest level that is written; with any other name nothing is written. */
  readonly level: string;
  readonly colours?: boolean;
  readonly write: (line: string) => void;
  readonly requestId?: () => string | undefined;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

const levels: readonly string[] = ['DEBUG', 'INFO', 'WARN', 'ERROR'];
const windowMs = 1_000;

/**
 * The log of a local run. Of one cause at most one line a second is written; the next line says how many were left out, so
 * that an overload does not drown what explains it.
 */
export function createLocalLog(options: LocalLogOptions): Log {
  const { forPeople, level: lowest, colours = false, write, requestId = () => undefined, now = Date.now } = options;
  const from = levels.includes(lowest) ? levels.indexOf(lowest) : levels.length;
  const waiting = new Map<string, { leftOut: number; last: Details }>();

  function log(level: Level, message: string, given: Details = {}): void {
    if (levels.indexOf(level) < from) return;
    const id = requestId();
    const details = id === undefined ? given : { ...given, requestId: id };
    const cause = causeOf(level, message, details);
    const recent = waiting.get(cause);
    if (recent === undefined) {
      open(cause, level, message, details);
    } else {
      recent.leftOut += 1;
      recent.last = details;
    }
  }

  /** Writes a line, and the next one of its cause when the window has passed. */
  function open(cause: string, level: Level, message: string, details: Details): void {
    write(forPeople ? lineOf(level, message, details) : jsonOf(level, message, details));
    waiting.set(cause, { leftOut: 0, last: details });
    setTimeout(() => {
      const { leftOut, last } = waiting.get(cause) ?? { leftOut: 0, last: details };
      waiting.delete(cause);
      // The last one is written; the others before it are counted.
      if (leftOut > 0) open(cause, level, message, leftOut > 1 ? { ...last, leftOut: leftOut - 1 } : last);
    }, windowMs).unref();
  }

  function lineOf(level: Level, message: string, details: Details): string {
    const time = new Date(now()).toTimeString().slice(0, 8);
    const { error, ...rest } = details;
    const pairs = Object.entries(rest).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${plain(value)}`],
    );
    const [reason, ...stack] = error === undefined ? [] : textOf(error).split('\n');
    if (reason !== undefined) pairs.push(`error=${plain(reason)}`);
    const label = colours ? styleText(colourOf[level], level.padEnd(5)) : level.padEnd(5);
    return [[time, label, message, ...pairs].join(' '), ...stack.map((line) => `    ${printable(line.trim())}`)].join(
      '\n',
    );
  }

  function jsonOf(level: Level, message: string, details: Details): string {
    const error = details.error instanceof Error ? { error: textOf(details.error) } : {};
    const timestamp = new Date(now()).toISOString();
    return JSON.stringify({ level, message, timestamp, service: serviceName, ...details, ...error });
  }

  return {
    debug: (message, details) => log('DEBUG', message, details),
    info: (message, details) => log('INFO', message, details),
    warn: (message, details) => log('WARN', message, details),
    error: (message, details) => log('ERROR', message, details),
  };
}

const colourOf = { DEBUG: 'gray', INFO: 'cyan', WARN: 'yellow', ERROR: 'red' } as const;

const textOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

/** As it is where it is one word; else as JSON. */
function plain(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const isWord = typeof value !== 'string' || (/^[^\s"=]+$/.test(text) && isPrintable(text));
  // A node's words may be in it, and a terminal obeys control characters.
  return printable(isWord ? text : JSON.stringify(text));
}

const ids = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;

/** What makes two lines say the same: not the request, nor the entity that was asked for. */
function causeOf(
  level: Level,
  message: string,
  { node, upstream, table, function: name, route, error }: Details,
): string {
  const reason = error === undefined ? undefined : textOf(error).split('\n')[0];
  return JSON.stringify([level, message.replace(ids, ''), node, upstream, table, name, route, reason]);
}
