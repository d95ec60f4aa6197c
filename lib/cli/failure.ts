import { CommanderError } from 'commander';
import { ClientError, NoAnswerError, RefusedError } from '../client/errors.ts';
import { clean, cleanLines, jsonText } from './table.ts';

/**
 * 0: done, and healthy where that is the question. 1: refused, not found, or what was looked at is not as it should be. 2: not
 * understood, or no usable answer. 130: ended by Ctrl-C.
 */
export type ExitCode = 0 | 1 | 2 | 130;

/** The program was called with what it cannot use. */
export class CliUsageError extends Error {}

/** Ends the command with this text and status 1. */
export class NegativeResult extends Error {}

export interface CliFailure {
  readonly exitCode: ExitCode;
  /** For standard error; undefined: it has been written already. */
  readonly text: string | undefined;
}

export function failureOf(error: unknown, isJson: boolean): CliFailure {
  if (error instanceof CommanderError) return { exitCode: error.exitCode === 0 ? 0 : 2, text: undefined };
  if (error instanceof ClientError && error.code === 'aborted') return { exitCode: 130, text: undefined };
  const exitCode = isNegative(error) ? 1 : 2;
  if (!isJson) return { exitCode, text: `astake-lookup: ${cleanLines(textOf(error))}` };
  const { code, status, requestId, retryable, retryAfter } = error instanceof ClientError ? error : typed(error);
  return {
    exitCode,
    text: jsonText({ error: { code, message: textOf(error), status, requestId, retryable, retryAfter } }),
  };
}

const isNegative = (error: unknown): boolean =>
  error instanceof NegativeResult || (error instanceof RefusedError && !error.retryable && (error.status ?? 0) < 500);

function typed(error: unknown): Partial<Pick<ClientError, 'status' | 'requestId' | 'retryAfter'>> & {
  readonly code: string;
  readonly retryable: boolean;
} {
  const code = error instanceof CliUsageError ? 'usage' : error instanceof NegativeResult ? 'negative' : 'defect';
  return { code, retryable: false };
}

function textOf(error: unknown): string {
  if (error instanceof RefusedError) return refusalOf(error);
  if (error instanceof NoAnswerError) {
    const reason = systemCode(error);
    return `${error.message}${reason === undefined ? '' : ` (${reason})`}: is the URL that of the service? (--url, --profile)`;
  }
  if (error instanceof ClientError || error instanceof CliUsageError || error instanceof NegativeResult)
    return error.message;
  // The message of a system error has paths of this machine.
  const { code, name, message } = error as NodeJS.ErrnoException;
  return `a defect in the program: ${code ?? `${name}: ${message}`}`;
}

function refusalOf({ status, code, message, requestId, retryAfter, problem }: RefusedError): string {
  // What answers there may be another service.
  const errors: readonly unknown[] = Array.isArray(problem.errors) ? problem.errors : [];
  const wrong = errors
    .filter((one) => typeof one === 'object' && one !== null)
    .map((one) => one as { readonly path?: unknown; readonly message?: unknown })
    .map(({ path, message: what }) => `\n  - ${clean(`${path}: ${what}`)}`)
    .join('');
  const said = problem.detail ?? message;
  const later = retryAfter === undefined ? '' : `${/[.?!]$/.test(said) ? '' : '.'} Try again in ${retryAfter} s.`;
  const id = requestId === undefined ? '' : ` (request ${requestId})`;
  // A person copies the command into a shell.
  const isPlain = requestId !== undefined && /^[\w=-]+$/.test(requestId);
  const why = problem.explain !== undefined && isPlain ? `\n  astake-lookup explain ${requestId}` : '';
  return `refused: ${clean(`${status} ${code}: ${said}${later}${id}`)}${wrong}${why}${code === 'unauthenticated' ? credentialHint : ''}`;
}

const credentialHint =
  '\n  The credential is taken from ASTAKE_KEY, --key-file or a profile; npm start prints that of a local run.';

function systemCode(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (typeof code === 'string' && /^[A-Z]/.test(code)) return code;
    if (cause instanceof AggregateError && cause.errors.length > 0) return systemCode(cause.errors[0]);
  }
  return undefined;
}
