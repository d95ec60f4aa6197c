import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzip } from 'node:zlib';

/** The recorded server compresses for `Accept-Encoding: gzip` and for nothing else, not even `gzip, deflate`. */
export function sendJson(request: IncomingMessage, response: ServerResponse, status: number, value: unknown): void {
  const body = Buffer.from(JSON.stringify(value));
  if (request.headers['accept-encoding'] !== 'gzip') {
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
    return;
  }
  gzip(body, (error, zipped) => {
    if (error) response.destroy(error);
    else response.writeHead(status, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(zipped);
  });
}

export class BodyTooLarge extends Error {}

/** Reads a body to its end; one above the limit is read and dropped, so that the refusal reaches who sent it. */
export async function readRpcBody(request: IncomingMessage, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
  }
  if (size > limit) throw new BodyTooLarge(`${size} bytes`);
  return Buffer.concat(chunks).toString('utf8');
}
