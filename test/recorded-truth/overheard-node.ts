import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface OverheardNode {
  readonly url: string;
  /** The state keys asked for since the last call. */
  keys(): ReadonlySet<string>;
  close(): Promise<void>;
}

/** Passes a node's JSON-RPC on as it is, and remembers which state keys were asked for. */
export async function overhear(target: () => string): Promise<OverheardNode> {
  let keys = new Set<string>();
  const server = createServer(async (incoming, outgoing) => {
    let body = '';
    for await (const chunk of incoming) body += chunk;
    const { key } = JSON.parse(body).params ?? {};
    if (typeof key === 'string') keys.add(key);
    const answer = await fetch(target(), { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    outgoing.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/rpc`,
    keys() {
      const asked = keys;
      keys = new Set();
      return asked;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
