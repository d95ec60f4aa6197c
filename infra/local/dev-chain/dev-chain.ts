import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveControl } from './control-endpoint.ts';
import type { Fault, FaultOptions } from './fault.ts';
import { sendJson } from './http-answer.ts';
import { createNode, type Node } from './node.ts';
import { loadRecording, type Recording, type RecordingName } from './recording.ts';
import { serveRpc } from './rpc-endpoint.ts';
import { type Network, networkOf } from './submissions/network.ts';

export type { Fault, FaultOptions } from './fault.ts';

export interface DevChainOptions {
  readonly recording?: RecordingName | Recording;
  /** The first tip. */
  readonly height?: number;
  /** 0: the chain grows only by `setHeight`. */
  readonly secondsPerBlock?: number;
  /** Called each time that the growing chain has come to the last block of the recording. */
  readonly onEnd?: (height: number) => void;
  /** Nodes of one network share what they accept. Default: the network of all nodes in this process that share the recording. */
  readonly network?: Network;
  /** Returned by `GET /control`, to distinguish several nodes. */
  readonly name?: string;
}

export interface DevChain {
  readonly url: string;
  readonly controlUrl: string;
  readonly chainName: string;
  readonly lastHeight: number;
  readonly genesisHash: string;
  /** Its answers have Merkle proofs, and its blocks the validators' signatures. */
  readonly hasProofs: boolean;
  height(): number;
  /** Throws a RangeError outside the recording. */
  setHeight(height: number): void;
  /** Sets the node's only fault; `undefined` removes it. */
  fault(fault: Fault | undefined, options?: FaultOptions): void;
  /** JSON-RPC calls by method, counted before a fault takes effect. */
  calls(): { readonly total: number; readonly byMethod: Readonly<Record<string, number>> };
  resetCalls(): void;
  /** The hashes of the transactions that the nodes of this recording accepted, each once. */
  accepted(): readonly string[];
  /** `false`: of the transactions in no block, the node knows only those that were sent to it. */
  hear(hears: boolean): void;
  /** From now on the node has neither the blocks below this one nor their state. */
  keepFrom(height: number): void;
  /** `true`: accepted transactions come into no block, on all nodes of the network, until `false`. */
  holdBack(isHeld: boolean): void;
  /** Stops listening and growing, and destroys open connections, including pending requests. */
  close(): Promise<void>;
}

/** Starts a Casper node's JSON-RPC on a recorded chain. Several nodes can run in a process; they share the recording. */
export async function startDevChain(options: DevChainOptions = {}): Promise<DevChain> {
  const { recording: given = 'chain-a', height = 60, secondsPerBlock = 0, onEnd = () => {} } = options;
  const recording = typeof given === 'string' ? loadRecording(given) : given;
  const { name = recording.meta.chainspec_name } = options;
  const node = createNode(recording, height, options.network ?? networkOf(recording));
  const server = createServer((request, response) => {
    route(node, name, request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  // A busy process may take seconds until it sends again on a connection that it has kept.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const growth = secondsPerBlock > 0 ? setInterval(growing(node, onEnd), secondsPerBlock * 1000).unref() : undefined;
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url: `${origin}/rpc`,
    controlUrl: `${origin}/control`,
    chainName: recording.meta.chainspec_name,
    lastHeight: recording.lastHeight,
    genesisHash: recording.blocks[0]?.hash ?? '',
    hasProofs: recording.trie !== undefined,
    height: node.height,
    setHeight: node.setHeight,
    fault: node.fault,
    calls: node.calls,
    resetCalls: node.resetCalls,
    accepted: node.accepted,
    hear: node.hear,
    keepFrom: node.keepFrom,
    holdBack: node.holdBack,
    close: () => {
      clearInterval(growth);
      node.leave();
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

async function route(node: Node, name: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url?.split('?')[0];
  if (path === '/rpc') return serveRpc(node, request, response);
  if (path === '/control') return serveControl(node, name, request, response);
  return sendJson(request, response, 404, { message: 'Path not found' });
}

function growing(node: Node, onEnd: (height: number) => void): () => void {
  let isAtEnd = false;
  return () => {
    if (node.height() < node.highest()) node.setHeight(node.height() + 1);
    const { lastHeight } = node.chain();
    const wasAtEnd = isAtEnd;
    isAtEnd = node.height() === lastHeight;
    if (isAtEnd && !wasAtEnd) onEnd(lastHeight);
  };
}
