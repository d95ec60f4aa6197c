import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { webBundle } from '../../../infra/build-web.ts';
import type { Asking } from '../events.ts';
import { lambdaEnvironment } from '../lambda-process.ts';

export interface WebRound {
  /** CPU time of all threads of the process, in microseconds. */
  readonly cpu: number;
  readonly statuses: Readonly<Record<string, number>>;
}

export interface WebServer {
  /** Asks by so many connections at once. */
  round(asking: readonly Asking[], atOnce: number): Promise<WebRound>;
  end(): Promise<void>;
}

/** The built process of the readers, as Lambda starts it. */
export async function startWebServer(env: Readonly<Record<string, string>>): Promise<WebServer> {
  const child = fork(join(webBundle, 'index.js'), [], {
    env: lambdaEnvironment({ ...env, AWS_LAMBDA_HTTP_ENDPOINT: '127.0.0.1:0' }),
    execArgv: ['--import', join(import.meta.dirname, 'web-child.ts')],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const serving = Promise.withResolvers<string>();
  lines.on('line', (line) => {
    if (line.includes('"serving"')) serving.resolve(JSON.parse(line).url);
  });
  ended.then(([code]) => serving.reject(new Error(`the process ended with ${code}`)));
  const url = await serving.promise;
  const cpuSoFar = async (): Promise<number> => {
    const answer = once(child, 'message');
    child.send('cpu');
    const [{ user, system }] = await answer;
    return user + system;
  };
  return {
    async round(asking, atOnce) {
      const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
      const before = await cpuSoFar();
      const statuses: Record<string, number> = {};
      await Promise.all(
        asking.map(async (one) => {
          const status = await ask(url, one, agent);
          statuses[status] = (statuses[status] ?? 0) + 1;
        }),
      );
      const cpu = (await cpuSoFar()) - before;
      agent.destroy();
      return { cpu, statuses };
    },
    async end() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function ask(url: string, { route, parameters }: Asking, agent: Agent): Promise<string> {
  const path = route.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(parameters[name] ?? ''));
  const headers = { accept: 'application/json', 'accept-encoding': 'gzip, deflate, br', 'user-agent': 'bench' };
  return new Promise((resolve, reject) => {
    request(url + path, { agent, headers: { ...headers, 'x-forwarded-for': '192.0.2.1' } }, (response) => {
      response.resume().once('error', reject);
      const cache = String(response.headers['cache-status'] ?? '').replace('astake-lookup; ', '');
      response.once('end', () => resolve(`${response.statusCode} ${cache}`));
    })
      .once('error', reject)
      .end();
  });
}
