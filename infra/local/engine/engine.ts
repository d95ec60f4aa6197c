import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { findProgram } from './find-program.ts';
import { launch } from './launch.ts';

export { createTables } from '../../../lib/store/create-tables.ts';

export interface Engine {
  readonly endpoint: string;
  /** Which engine it is, and how it was found; for the start-up output. */
  readonly kind: string;
  /** Undefined for an engine that another process runs. */
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

/**
 * Starts an engine with DynamoDB's API on a free port of this machine, or uses the one at AWS_ENDPOINT_URL_DYNAMODB. Without
 * `dataDir` the engine keeps all data in memory.
 */
export async function startEngine({ dataDir }: { dataDir?: string | undefined } = {}): Promise<Engine> {
  const running = process.env.AWS_ENDPOINT_URL_DYNAMODB;
  if (running) return { endpoint: running, kind: 'AWS_ENDPOINT_URL_DYNAMODB', pid: undefined, stop: async () => {} };
  const program = findProgram();
  if (dataDir !== undefined) await mkdir(dataDir, { recursive: true });
  for (let attempt = 1; ; attempt++) {
    try {
      return { kind: program.kind, ...(await launch(program, await freePort(), dataDir)) };
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
