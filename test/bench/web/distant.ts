import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

/** The engine behind a connection whose answers take `milliseconds`, as tables on AWS take theirs. */
export async function distant(endpoint: string, milliseconds: number) {
  const { hostname, port } = new URL(endpoint);
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    near.on('data', (bytes) => far.write(bytes)).on('close', () => far.destroy());
    far.on('data', (bytes) => setTimeout(() => near.write(bytes), milliseconds)).on('close', () => near.end());
    for (const socket of [near, far]) socket.setNoDelay(true).on('error', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}
