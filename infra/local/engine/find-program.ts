import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';

/** A program that serves DynamoDB's API. */
export interface Program {
  readonly kind: string;
  readonly command: string;
  readonly startTimeoutMs: number;
  /** Without `dataDir` the program keeps all data in memory. */
  args(port: number, dataDir: string | undefined): string[];
}

export class EngineNotFound extends Error {
  override readonly name = 'EngineNotFound';
  /** What the user can set up, in the order in which the choices are tried. */
  readonly choices: readonly string[];

  constructor(choices: readonly string[]) {
    super(`No database engine found. Set up one of these: ${choices.join('; ')}`);
    this.choices = choices;
  }
}

/** Throws EngineNotFound. */
export function findProgram(): Program {
  const { DYNOXIDE_BIN, DYNAMODB_LOCAL_DIR } = process.env;
  if (DYNOXIDE_BIN) return dynoxide(DYNOXIDE_BIN, 'DYNOXIDE_BIN');
  const packageName = `@dynoxide/${process.platform}-${process.arch}`;
  const packaged = binaryOf(packageName);
  if (packaged) return dynoxide(packaged, 'dynoxide');
  const onPath = findOnPath('dynoxide');
  if (onPath) return dynoxide(onPath, 'dynoxide on PATH');
  const java = findOnPath('java');
  if (java && DYNAMODB_LOCAL_DIR) return dynamoDbLocal(java, DYNAMODB_LOCAL_DIR);
  throw new EngineNotFound([
    'AWS_ENDPOINT_URL_DYNAMODB: the URL of a running engine',
    'DYNOXIDE_BIN: the path of a dynoxide binary',
    `the npm package ${packageName}`,
    'dynoxide on PATH',
    'java on PATH, and DYNAMODB_LOCAL_DIR: the folder of DynamoDBLocal.jar',
  ]);
}

/** There is an engine that already runs, or a program that can be started. */
export function hasEngine(): boolean {
  if (process.env.AWS_ENDPOINT_URL_DYNAMODB) return true;
  try {
    findProgram();
    return true;
  } catch (error) {
    if (error instanceof EngineNotFound) return false;
    throw error;
  }
}

const dynoxide = (command: string, kind: string): Program => ({
  kind,
  command,
  startTimeoutMs: 10_000,
  args: (port, dataDir) => [
    ...['serve', '--host', '127.0.0.1', '--port', String(port)],
    ...(dataDir === undefined ? [] : ['--db-path', join(dataDir, 'store.sqlite')]),
  ],
});

const dynamoDbLocal = (java: string, folder: string): Program => ({
  kind: 'DynamoDB Local',
  command: java,
  startTimeoutMs: 30_000,
  args: (port, dataDir) => [
    ...[`-Djava.library.path=${join(folder, 'DynamoDBLocal_lib')}`, '-jar', join(folder, 'DynamoDBLocal.jar')],
    ...['-sharedDb', '-disableTelemetry', '-port', String(port)],
    ...(dataDir === undefined ? ['-inMemory'] : ['-dbPath', dataDir]),
  ],
});

function binaryOf(packageName: string): string | undefined {
  try {
    const folder = join(createRequire(import.meta.url).resolve(`${packageName}/package.json`), '..');
    return [join(folder, 'dynoxide'), join(folder, 'dynoxide.exe')].find(existsSync);
  } catch {
    return undefined;
  }
}

const findOnPath = (name: string): string | undefined =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .flatMap((folder) => [join(folder, name), join(folder, `${name}.exe`)])
    .find(existsSync);
