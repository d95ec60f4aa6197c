/**
 * A node in its own process, so that its CPU time is not counted. Every answer is the text that it was started with, with the
 * request's id. Started with "silent" it accepts requests and never answers; with "gzip" behind the answer it compresses like a node.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

const [, , result = 'null', encoding] = process.argv;

const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  if (result === 'silent') return;
  const { id } = JSON.parse(body) as { id: number };
  const text = `{"jsonrpc":"2.0","id":${id},"result":${result}}`;
  const type = { 'content-type': 'application/json' };
  if (encoding === 'gzip') response.writeHead(200, { ...type, 'content-encoding': encoding }).end(gzipSync(text));
  else response.writeHead(200, type).end(text);
});
server.listen(0, '127.0.0.1', () => process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}/rpc`));
process.once('disconnect', () => process.exit(0));
