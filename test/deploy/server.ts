import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { eventually } from '../faults/child.ts';
import { certificateFor } from '../support/certificate.ts';
import { type Decision, decisionsIn } from './decisions.ts';

const program = join(import.meta.dirname, 'server.py');

export interface Server {
  /** Buckets are host names of it, so it is a name and no address. */
  readonly endpoint: string;
  readonly port: number;
  /** PEM; signed by itself. */
  readonly certificate: string;
  /** With it, AWS's programs and SDKs use the server, as its root user. */
  readonly env: Readonly<Record<string, string>>;
  /** What its IAM has decided for functions since the mark, the length of what was read before. */
  decisions(since?: number): Decision[];
  /** Ends the processes of functions whose names begin so: their next invocations are cold starts. */
  endProcessesOf(prefix: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * ministack: an AWS-compatible server that runs Lambda functions in this Node, each under its role, with IAM enforced. It speaks
 * TLS, since the policies of queues and buckets refuse anything else.
 */
export async function startServer(programs: string): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'astake-deploy-'));
  const { key, cert } = certificateFor('localhost', ['127.0.0.1']);
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const [certFile, keyFile] = [file('cert.pem', cert), file('key.pem', key)];
  const port = await freePort();
  const decisionsFile = join(folder, 'decisions.ndjson');
  const log = openSync(join(folder, 'server.log'), 'a');
  // The Lambda workers are this Node, and trust the server.
  const shared = {
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    HOME: folder,
    NODE_EXTRA_CA_CERTS: certFile,
  };
  const child = spawn(join(programs, 'python3'), [program], {
    stdio: ['ignore', log, log],
    // A process group of its own, with the Lambda workers in it.
    detached: true,
    env: {
      ...shared,
      USE_SSL: '1',
      MINISTACK_SSL_CERT: certFile,
      MINISTACK_SSL_KEY: keyFile,
      AUTH: 'true',
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      SFTP_ENABLED: '0',
      // State machines wait a tenth of the time.
      SFN_WAIT_SCALE: '0.1',
      TMPDIR: folder,
      DECISIONS_FILE: decisionsFile,
    },
  });
  closeSync(log);
  const ended = once(child, 'exit');
  // Asked to end, it would wait for what its functions and state machines are doing. Nothing of it is kept.
  const end = () => {
    killGroup(child.pid);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  process.once('exit', end);
  const close = async () => {
    process.off('exit', end);
    end();
    await ended;
  };
  try {
    await eventually(async () => {
      if (child.exitCode !== null) throw new Error(`the server ended with status ${child.exitCode}`);
      return isUp(port, cert);
    }, 60_000);
  } catch (error) {
    await close();
    throw error;
  }
  const endpoint = `https://localhost:${port}`;
  return {
    endpoint,
    port,
    certificate: cert,
    decisions: decisionsIn(decisionsFile),
    async endProcessesOf(prefix) {
      const killed = workersOf(child.pid, prefix);
      for (const pid of killed) process.kill(pid, 'SIGKILL');
      // Until it has ended, the server would hand it the next invocation. Schedules begin new ones meanwhile.
      await eventually(() => !killed.some(isRunning));
    },
    close,
    env: {
      ...shared,
      AWS_ENDPOINT_URL: endpoint,
      AWS_CA_BUNDLE: certFile,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: region,
      CDK_DISABLE_CLI_TELEMETRY: 'true',
    },
  };
}

/** Their folders have the function's name. */
function workersOf(group: number | undefined, prefix: string): number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,pgid=,args='], { encoding: 'utf8' });
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, of, ...args]) => Number(of) === group && args.join(' ').includes(`/ministack-lambda-${prefix}`))
    .map(([pid]) => Number(pid));
}

/** A process that is ending has no arguments any more. It has ended when its parent can be given its status: when its last thread has. */
function isRunning(pid: number): boolean {
  try {
    return !/^Z[^l]*$/.test(execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).trim());
  } catch {
    // No such process: its parent has its status.
    return false;
  }
}

export const region = 'us-east-1';
export const account = '000000000000';

function killGroup(group: number | undefined): void {
  try {
    if (group !== undefined) process.kill(-group, 'SIGKILL');
  } catch {
    // None of its processes is left.
  }
}

const isUp = (port: number, ca: string): Promise<boolean> =>
  new Promise((resolve) => {
    get({ host: 'localhost', port, path: '/_ministack/health', ca }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    }).on('error', () => resolve(false));
  });

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
