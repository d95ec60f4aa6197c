import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../serve.ts';
import { FAULTS, type Fault, type FaultOptions } from './fault.ts';
import { sendJson } from './http-answer.ts';
import type { Node } from './node.ts';

const MAX_BODY_BYTES = 64 * 1024;

/** The members of a command. Other members are refused, so that a misspelt one is noticed. */
interface Command extends FaultOptions {
  readonly height?: number;
  readonly fault?: Fault | null;
  readonly hears?: boolean;
  readonly holdBack?: boolean;
}

const MEMBERS = [
  'height',
  'fault',
  'hears',
  'holdBack',
  'methods',
  'delayMs',
  'retryAfterSeconds',
  'blocksBehind',
  'fromHeight',
  'eraId',
  'code',
  'data',
];

/** `GET /control` returns the node's height, fault, whether accepted transactions are held back, calls and the transactions that were accepted. `POST /control` sets height and fault, then returns the same. */
export async function serveControl(
  node: Node,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    if (request.method === 'POST') apply(node, readCommand(await readBody(request, MAX_BODY_BYTES)));
    else if (request.method !== 'GET') return sendJson(request, response, 405, { message: 'HTTP method not allowed' });
  } catch (error) {
    return sendJson(request, response, 400, { message: error instanceof Error ? error.message : String(error) });
  }
  sendJson(request, response, 200, {
    name,
    height: node.height(),
    lastHeight: node.chain().lastHeight,
    fault: node.activeFault()?.fault ?? null,
    holdBack: node.isHeldBack(),
    calls: node.calls(),
    accepted: node.accepted(),
  });
}

function apply(node: Node, { height, fault, hears, holdBack, ...options }: Command): void {
  if (hears !== undefined) node.hear(hears);
  if (holdBack !== undefined) node.holdBack(holdBack);
  if (height !== undefined) node.setHeight(height);
  if (fault !== undefined) node.fault(fault ?? undefined, options);
}

function readCommand(body: Buffer | undefined): Command {
  if (body === undefined) throw new Error(`the body has more than ${MAX_BODY_BYTES} bytes`);
  const command = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
  const unknown = Object.keys(command).find((member) => !MEMBERS.includes(member));
  if (unknown !== undefined) throw new Error(`unknown member ${unknown}, expected one of ${MEMBERS.join(', ')}`);
  const { fault } = command;
  if (fault !== undefined && fault !== null && !FAULTS.some((known) => known === fault))
    throw new Error(`unknown fault ${fault}, expected null or one of ${FAULTS.join(', ')}`);
  return command as Command;
}
