import { createServer } from 'node:net';
import { openDataFolder } from './data-folder.ts';
import { findProgram, type Program } from './find-program.ts';
import { launch } from './launch.ts';
import { type EngineReport, supervise } from './supervise.ts';

export { createTables } from '../../../lib/store/create-tables.ts';

export interface Engine {
  readonly endpoint: string;
  /** Which engine it is, and how it was found; for the start-up output. */
  readonly kind: string;
  /** Undefined for an engine that another process runs. */
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

export interface EngineOptions {
  /** Left out: the engine keeps all data in memory. */
  readonly dataDir?: string | undefined;
  /** With it an engine that ends by itself is started again; it gets a line about each end and start. */
  readonly report?: EngineReport | undefined;
}

/**
 * Starts an engine with DynamoDB's API on a free port of this machine, or uses the one at AWS_ENDPOINT_URL_DYNAMODB. One
 * process at a time has the folder of the data. Throws EngineNotFound, EngineNotStarted and UnusableDataFolder.
 */
export async function startEngine({ dataDir, report }: EngineOptions = {}): Promise<Engine> {
  const running = process.env.AWS_ENDPOINT_URL_DYNAMODB;
  if (running) return { endpoint: running, kind: 'AWS_ENDPOINT_URL_DYNAMODB', pid: undefined, stop: async () => {} };
  const program = findProgram();
  const unlock = dataDir === undefined ? async () => {} : await openDataFolder(dataDir);
  try {
    const { port, launched } = await launchOnFreePort(program, dataDir);
    const engine = report === undefined ? launched : supervise(program, port, launched, { dataDir, report });
    return {
      kind: program.kind,
      endpoint: engine.endpoint,
      get pid() {
        return engine.pid;
      },
      async stop() {
        await engine.stop();
        await unlock();
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

async function launchOnFreePort(program: Program, dataDir: string | undefined) {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    try {
      return { port, launched: await launch(program, port, dataDir) };
    } catch (error) {
      // Another process may have taken the port in the meantime.
      if (attempt === 3 || !/in use/.test(String(error))) throw error;
    }
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
