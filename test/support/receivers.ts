import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** A server that a test has begun. */
export interface Listening {
  readonly port: number;
  /** How many connections there were. */
  connections(): number;
  /** How many there are. */
  open(): number;
  /** Ends the server with all its connections. */
  close(): Promise<unknown>;
}

export async function listening(server: Server, host = '127.0.0.1'): Promise<Listening> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    open: () => sockets.size,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A server that says this to each connection, whatever it is asked. */
export const speaking = (say: (socket: Socket) => void): Promise<Listening> =>
  listening(createServer((socket) => socket.once('data', () => say(socket))));

/** Says something again and again, until the other end closes. */
export function drip(socket: Socket, first: string, then: string): void {
  socket.write(first);
  const timer = setInterval(() => socket.write(then), 20);
  socket.on('close', () => clearInterval(timer));
}
