import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { eventually } from '../faults/child.ts';
import { certificateFor } from '../support/certificate.ts';

export interface Server {
  /** Buckets are host names of it, so it is a name and no address. */
  readonly endpoint: string;
  readonly port: number;
  /** PEM; signed by itself. */
  readonly certificate: string;
  /** With it, AWS's programs and SDKs use the server, as its root user. */
  readonly env: Readonly<Record<string, string>>;
  /** The server's own log. */
  readonly logFile: string;
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
  const logFile = join(folder, 'server.log');
  // The Lambda workers are this Node, and trust the server.
  const shared = {
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    HOME: folder,
    NODE_EXTRA_CA_CERTS: certFile,
  };
  const child = spawn(join(programs, 'ministack'), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...shared,
      USE_SSL: '1',
      MINISTACK_SSL_CERT: certFile,
      MINISTACK_SSL_KEY: keyFile,
      AUTH: 'true',
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      SFTP_ENABLED: '0',
      TMPDIR: folder,
    },
  });
  const log = createWriteStream(logFile);
  child.stdout.pipe(log);
  child.stderr.pipe(log);
  const ended = once(child, 'exit');
  const close = async () => {
    // Asked to end, it ends its Node workers, which are of no group of its own.
    child.kill('SIGTERM');
    const kill = setTimeout(() => child.kill('SIGKILL'), 20_000);
    await ended;
    clearTimeout(kill);
    rmSync(folder, { recursive: true, force: true });
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
    logFile,
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

export const region = 'us-east-1';
export const account = '000000000000';

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
