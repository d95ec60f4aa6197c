import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export { createTables } from '../../../lib/store/create-tables.ts';

export interface Engine {
  readonly endpoint: string;
  /** Where it came from, for the start banner. */
  readonly kind: string;
  /** Undefined for an engine that somebody else runs. */
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

/** Starts an engine with DynamoDB's API on a free port of this machine; without `dataDir` it keeps all in memory. */
export async function startEngine({ dataDir }: { dataDir?: string | undefined } = {}): Promise<Engine> {
  const running = process.env.AWS_ENDPOINT_URL_DYNAMODB;
  if (running) return { endpoint: running, kind: 'AWS_ENDPOINT_URL_DYNAMODB', pid: undefined, stop: async () => {} };
  const program = findProgram();
  if (dataDir !== undefined) await mkdir(dataDir, { recursive: true });
  for (let attempt = 1; ; attempt++) {
    try {
      return await launch(program, await freePort(), dataDir);
    } catch (error) {
      // Somebody else may have taken the port in between.
      if (attempt === 3 || !/in use/.test(String(error))) throw error;
    }
  }
}

interface Program {
  readonly kind: string;
  readonly command: string;
  readonly deadlineMs: number;
  args(port: number, dataDir: string | undefined): string[];
}

function findProgram(): Program {
  const { DYNOXIDE_BIN, DYNAMODB_LOCAL_DIR } = process.env;
  const packaged = packagedBinary();
  if (DYNOXIDE_BIN) return dynoxide(DYNOXIDE_BIN, 'DYNOXIDE_BIN');
  if (packaged) return dynoxide(packaged, 'dynoxide');
  const onPath = findOnPath('dynoxide');
  if (onPath) return dynoxide(onPath, 'dynoxide on PATH');
  const java = findOnPath('java');
  if (java && DYNAMODB_LOCAL_DIR) return dynamoDbLocal(java, DYNAMODB_LOCAL_DIR);
  throw new Error(
    'No database engine found. One of these is needed: AWS_ENDPOINT_URL_DYNAMODB (a running engine), DYNOXIDE_BIN ' +
      `(path of a dynoxide binary), the package ${platformPackage}, dynoxide on PATH, or java on PATH with ` +
      'DYNAMODB_LOCAL_DIR (the folder of DynamoDBLocal.jar).',
  );
}

const dynoxide = (command: string, kind: string): Program => ({
  kind,
  command,
  deadlineMs: 10_000,
  args: (port, dataDir) => [
    ...['serve', '--host', '127.0.0.1', '--port', String(port)],
    ...(dataDir === undefined ? [] : ['--db-path', join(dataDir, 'store.sqlite')]),
  ],
});

const dynamoDbLocal = (java: string, folder: string): Program => ({
  kind: 'DynamoDB Local',
  command: java,
  deadlineMs: 30_000,
  args: (port, dataDir) => [
    ...[`-Djava.library.path=${join(folder, 'DynamoDBLocal_lib')}`, '-jar', join(folder, 'DynamoDBLocal.jar')],
    ...['-sharedDb', '-disableTelemetry', '-port', String(port)],
    ...(dataDir === undefined ? ['-inMemory'] : ['-dbPath', dataDir]),
  ],
});

const platformPackage = `@dynoxide/${process.platform}-${process.arch}`;

function packagedBinary(): string | undefined {
  try {
    const folder = join(createRequire(import.meta.url).resolve(`${platformPackage}/package.json`), '..');
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

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

async function launch(program: Program, port: number, dataDir: string | undefined): Promise<Engine> {
  const endpoint = `http://127.0.0.1:${port}`;
  const child = spawn(program.command, program.args(port, dataDir), { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()).once('error', () => resolve()));
  const complaint = lastWords(child);
  const release = outliveNobody(child);
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const patience = setTimeout(() => child.kill('SIGKILL'), 2_000);
    await ended;
    clearTimeout(patience);
    release();
  };
  try {
    await answering(endpoint, child, program.deadlineMs);
  } catch (error) {
    await stop();
    throw new Error(`${program.kind} did not start on port ${port}: ${complaint() || 'it said nothing'}`, {
      cause: error,
    });
  }
  return { endpoint, kind: program.kind, pid: child.pid, stop };
}

/** Any HTTP answer will do; the child must live all the while, or it would be somebody else's. */
async function answering(endpoint: string, child: ChildProcess, deadlineMs: number): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  let gone: unknown;
  child.once('error', (error) => {
    gone = error;
  });
  child.once('exit', (code, signal) => {
    gone ??= new Error(`it ended with ${code ?? signal}`);
  });
  while (Date.now() < deadline) {
    const answered = await fetch(endpoint, { signal: AbortSignal.timeout(1_000) }).then(
      (answer) => answer.text(),
      () => undefined,
    );
    if (gone !== undefined) throw gone;
    if (answered !== undefined) return;
    await pause(10);
  }
  throw new Error(`no answer within ${deadlineMs} ms`);
}

/** The end of what the engine wrote to its error stream, kept for the message when it does not start. */
function lastWords(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (more: string) => {
    text = (text + more).slice(-2_000);
  });
  return () => text.trim();
}

/**
 * An engine must not outlive us, however we end. A process that waits for its input to close, which it does even when
 * we are killed, ends the engine then; where there is no `sh`, the exit handler alone does.
 */
function outliveNobody(child: ChildProcess): () => void {
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const script = 'read -r _; kill -9 "$1" 2>/dev/null';
  const guard = spawn('sh', ['-c', script, 'sh', String(child.pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.once('error', () => {});
  guard.stdin.once('error', () => {});
  const release = () => {
    process.removeListener('exit', kill);
    guard.kill('SIGKILL');
  };
  // Its process id may soon be somebody else's.
  child.once('exit', release);
  for (const handle of [child, child.stderr, guard, guard.stdin]) unref(handle);
  return release;
}

/** Neither process nor its pipes keep us alive. */
const unref = (handle: unknown): void => (handle as { unref?: () => void } | null)?.unref?.();
