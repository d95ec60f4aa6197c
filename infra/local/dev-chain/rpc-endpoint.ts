import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../serve.ts';
import { faultFor } from './fault.ts';
import { sendJson } from './http-answer.ts';
import type { Node } from './node.ts';
import { parseRequest, type RpcRequest } from './rpc-request.ts';
import { TRANSPORT_FAULTS } from './transport-fault.ts';

const MAX_BODY_BYTES = 2_621_440;

/** `POST /rpc`: first the sidecar's HTTP checks, then the call count, then the fault, then the answer. */
export async function serveRpc(node: Node, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const refuse = (status: number, message: string) => sendJson(request, response, status, { message });
  if (request.method !== 'POST') return refuse(405, 'HTTP method not allowed');
  const contentType = request.headers['content-type'];
  if (contentType === undefined) return refuse(400, "The request's content-type is not set");
  if (contentType.split(';')[0]?.trim().toLowerCase() !== 'application/json')
    return refuse(415, "The request's content-type is not supported");
  const body = await readBody(request, MAX_BODY_BYTES);
  if (body === undefined) return refuse(413, 'The request payload is too large');

  const call = parseRequest(body.toString('utf8'));
  const method = call.kind === 'call' ? call.method : undefined;
  if (method !== undefined) node.count(method);
  const active = faultFor(node.activeFault(), method);
  const strike = active && TRANSPORT_FAULTS[active.fault];
  const sendSound = () => {
    if (call.kind === 'no-id') refuse(400, "The request is missing the 'id' field");
    else sendJson(request, response, 200, answerTo(node, call));
  };
  if (active === undefined || strike === undefined) return sendSound();
  strike({
    response,
    active,
    body: () => JSON.stringify(call.kind === 'no-id' ? {} : answerTo(node, call)),
    sendSound,
  });
}

function answerTo(node: Node, call: Exclude<RpcRequest, { kind: 'no-id' }>): object {
  if (call.kind === 'call') return node.answer(call.id, call.method, call.params);
  const { code, message, data } = call.error;
  return { jsonrpc: '2.0', id: call.id, error: { code, message, data } };
}
