import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';

export interface Exchanged {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Question {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** One HTTP exchange with exactly these headers, on a connection of its own. */
export function exchange(url: string, { method, headers, body }: Question): Promise<Exchanged> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(url, { method, headers, agent: false }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks) }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

export interface RpcAnswer {
  readonly id: unknown;
  // biome-ignore lint/suspicious/noExplicitAny: each method has another result
  readonly result?: any;
  readonly error?: { readonly code: number; readonly message: string; readonly data: unknown };
}

export function post(url: string, value: unknown): Promise<Exchanged> {
  return exchange(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  });
}

export async function askText(url: string, method: string, params?: unknown): Promise<string> {
  const { body } = await post(url, { jsonrpc: '2.0', id: 1, method, ...(params === undefined ? {} : { params }) });
  return body.toString('utf8');
}

export async function ask(url: string, method: string, params?: unknown): Promise<RpcAnswer> {
  return JSON.parse(await askText(url, method, params)) as RpcAnswer;
}
