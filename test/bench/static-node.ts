/**
 * A node in its own process, so that its CPU time is not counted. Every answer is the text that it was started with, with the
 * request's id. Started with "silent" it accepts requests and never answers.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const [, , result = 'null'] = process.argv;

const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  if (result === 'silent') return;
  const { id } = JSON.parse(body) as { id: number };
  response
    .writeHead(200, { 'content-type': 'application/json' })
    .end(`{"jsonrpc":"2.0","id":${id},"result":${result}}`);
});
server.listen(0, '127.0.0.1', () => process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}/rpc`));
process.once('disconnect', () => process.exit(0));
