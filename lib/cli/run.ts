import type { Command } from 'commander';
import { createClient, type LookupClient } from '../client/create-client.ts';
import { type DeploymentOptions, deploymentOf } from './deployment.ts';
import { CliUsageError, type ExitCode } from './failure.ts';
import type { CliIo } from './io.ts';
import { jsonText, type TextColumn, tableOf } from './table.ts';

interface GlobalOptions extends DeploymentOptions {
  readonly json?: boolean;
  /** Seconds. */
  readonly timeout?: number;
}

/** One run of one command. */
export interface Run<Options> {
  readonly io: CliIo;
  readonly options: Options & GlobalOptions;
  /** What stands after the command, in order. */
  readonly operands: readonly string[];
  readonly url: string;
  readonly client: LookupClient;
  /** The body as exact JSON, or as text for people. */
  show(body: unknown, text: () => string): Promise<void>;
  line(text: string): Promise<void>;
  /** A table, or one JSON array. */
  table<Row>(rows: readonly Row[], columns: readonly TextColumn<Row>[], none: string): Promise<void>;
}

export type CommandDeed<Options> = (run: Run<Options>) => Promise<ExitCode | undefined>;

/** What a program of this process runs on, and what came of it. */
export interface Cli {
  readonly io: CliIo;
  exitCode: ExitCode;
}

/** `retries`: how often a call is repeated after a failure that may pass. */
export function act<Options = object>(
  command: Command,
  cli: Cli,
  deed: CommandDeed<Options>,
  retries?: number,
): Command {
  return command.action(async () => {
    const options = command.optsWithGlobals<Options & GlobalOptions>();
    cli.exitCode = (await deed(createRun(options, command.args, cli.io, retries))) ?? 0;
  });
}

function createRun<Options>(
  options: Options & GlobalOptions,
  operands: readonly string[],
  io: CliIo,
  retries: number | undefined,
): Run<Options> {
  let client: LookupClient | undefined;
  let url: string | undefined;
  function connect(): LookupClient {
    const deployment = deploymentOf(options, io.env);
    url = deployment.url;
    const timeoutMs = options.timeout === undefined ? undefined : options.timeout * 1_000;
    client = createClient({
      url,
      token: deployment.credential,
      timeoutMs,
      retries,
      fetch: (resource, init) => fetch(resource, { ...init, signal: signalOf(init, io.signal) }),
    });
    return client;
  }
  const line = (text: string): Promise<void> => io.write(`${text}\n`);
  const show = (body: unknown, text: () => string): Promise<void> => line(options.json ? jsonText(body) : text());
  return {
    io,
    options,
    operands,
    line,
    show,
    get client() {
      return client ?? connect();
    },
    get url() {
      connect();
      return url ?? '';
    },
    table: (rows, columns, none) => show(rows, () => (rows.length === 0 ? none : tableOf(rows, columns, io.width))),
  };
}

const signalOf = (init: RequestInit | undefined, ended: AbortSignal): AbortSignal =>
  init?.signal ? AbortSignal.any([init.signal, ended]) : ended;

/** The first of a list, and whether there is more. */
export async function take<T>(items: AsyncIterable<T>, limit: number): Promise<{ items: T[]; isMore: boolean }> {
  const taken: T[] = [];
  for await (const item of items) {
    if (taken.length === limit) return { items: taken, isMore: true };
    taken.push(item);
  }
  return { items: taken, isMore: false };
}

export function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new CliUsageError(`"${text}" must be a whole number`);
  return Number(text);
}

export function secondsNumber(text: string): number {
  if (!/^\d{1,9}(\.\d+)?$/.test(text)) throw new CliUsageError(`"${text}" must be a number of seconds`);
  return Number(text);
}

export const collected = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];
