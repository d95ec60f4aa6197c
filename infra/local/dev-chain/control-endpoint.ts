import type { IncomingMessage, ServerResponse } from 'node:http';
import { FAULTS, type Fault, type FaultOptions } from './fault.ts';
import { readRpcBody, sendJson } from './http-answer.ts';
import type { Node } from './node.ts';

const MAX_BODY_BYTES = 64 * 1024;

/** The members of a command; any other is a mistake worth refusing, or a misspelt fault would go unnoticed. */
interface Command extends FaultOptions {
  readonly height?: number;
  readonly fault?: Fault | null;
}

const MEMBERS = ['height', 'fault', 'methods', 'delayMs', 'retryAfterSeconds', 'blocksBehind'];

/** `GET /control` tells the node's height, fault and calls; `POST /control` sets height and fault, then tells. */
export async function serveControl(
  node: Node,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    if (request.method === 'POST') obey(node, readCommand(await readRpcBody(request, MAX_BODY_BYTES)));
    else if (request.method !== 'GET') return sendJson(request, response, 405, { message: 'HTTP method not allowed' });
  } catch (error) {
    return sendJson(request, response, 400, { message: error instanceof Error ? error.message : String(error) });
  }
  sendJson(request, response, 200, {
    name,
    height: node.height(),
    lastHeight: node.recording.lastHeight,
    fault: node.activeFault()?.fault ?? null,
    calls: node.calls(),
  });
}

function obey(node: Node, { height, fault, ...options }: Command): void {
  if (height !== undefined) node.setHeight(height);
  if (fault !== undefined) node.fault(fault ?? undefined, options);
}

function readCommand(text: string): Command {
  const command = JSON.parse(text) as Record<string, unknown>;
  const unknown = Object.keys(command).find((member) => !MEMBERS.includes(member));
  if (unknown !== undefined) throw new Error(`unknown member ${unknown}, expected one of ${MEMBERS.join(', ')}`);
  const { fault } = command;
  if (fault !== undefined && fault !== null && !FAULTS.some((known) => known === fault))
    throw new Error(`unknown fault ${fault}, expected null or one of ${FAULTS.join(', ')}`);
  return command as Command;
}
