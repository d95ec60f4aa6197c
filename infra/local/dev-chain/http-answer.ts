import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzip } from 'node:zlib';

/** The recorded server compresses only for exactly `Accept-Encoding: gzip`, not for `gzip, deflate`. */
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
