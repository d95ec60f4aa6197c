import { request as send } from 'node:http';

export interface RawRequest {
  readonly method: string;
  /** As it goes over the wire: nothing is normalised. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Sends a request as it is. A client library would mend its path. */
export const sendRaw = (origin: string, { method, path, headers, body }: RawRequest): Promise<RawAnswer> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin);
    const outgoing = send({ hostname, port, method, path, headers, setHost: true }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const given = Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)]);
        resolve({
          status: answer.statusCode ?? 0,
          headers: new Headers(given),
          text: Buffer.concat(chunks).toString('utf8'),
        });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
