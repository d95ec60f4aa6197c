import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { Server } from './server.ts';

export interface Asked {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  // biome-ignore lint/suspicious/noExplicitAny: the body depends on the route
  readonly body: any;
}

/** One HTTPS request to a host of the server. A body that is no text is sent as JSON. */
export function ask(
  { port, certificate }: Pick<Server, 'port' | 'certificate'>,
  host: string,
  path: string,
  { method = 'GET', body, headers = {} }: Asked = {},
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: 'localhost',
        servername: 'localhost',
        port,
        ca: certificate,
        path,
        method,
        headers: { host, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      },
      (answer) => void answered(answer).then(resolve, reject),
    );
    sent.on('error', reject).end(textOf(body));
  });
}

async function answered(answer: IncomingMessage): Promise<Answered> {
  let text = '';
  for await (const part of answer.setEncoding('utf8')) text += part;
  const isJson = /json/.test(String(answer.headers['content-type'])) && text !== '';
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
}

export const textOf = (body: unknown): string | undefined =>
  body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
