import { parseRecordedJson } from './exact-json.ts';
import { isObject } from './params.ts';
import { invalidRequest, type JsonRpcError, parseError } from './rpc-error.ts';

export type RpcId = string | number | null;

/** A request body as the sidecar reads it: a call, a JSON-RPC error to return, or a refusal at HTTP level (`no-id`). */
export type RpcRequest =
  | { readonly kind: 'call'; readonly id: RpcId; readonly method: string; readonly params: unknown }
  | { readonly kind: 'error'; readonly id: RpcId; readonly error: JsonRpcError }
  | { readonly kind: 'no-id' };

export function parseRequest(body: string): RpcRequest {
  let value: unknown;
  try {
    value = parseBody(body);
  } catch {
    return refuse(null, parseError(syntaxProblem(body)));
  }
  if (!isObject(value))
    return refuse(null, parseError(`invalid type: ${typeName(value)}, expected a map at line 1 column 0`));

  const { jsonrpc, method, params, id } = value;
  const echoed = isId(id) ? id : null;
  if (jsonrpc === undefined) return refuse(echoed, invalidRequest("Missing 'jsonrpc' field"));
  if (jsonrpc !== '2.0') return refuse(echoed, invalidRequest(`Expected 'jsonrpc' to be '2.0', but got '${jsonrpc}'`));
  if (method === undefined) return refuse(echoed, invalidRequest("Missing 'method' field"));
  if (typeof method !== 'string') return refuse(echoed, invalidRequest("Expected 'method' to be a String"));
  if (params !== undefined && params !== null && typeof params !== 'object')
    return refuse(echoed, invalidRequest("If present, 'params' must be an Array or Object"));
  if (id === undefined) return { kind: 'no-id' };
  if (!isId(id)) return refuse(null, invalidRequest("'id' should be a string or integer"));
  return { kind: 'call', id, method, params };
}

/** In a submission no digit of a number may be lost: it is signed. */
function parseBody(body: string): unknown {
  return body.includes('"account_put_') ? parseRecordedJson(body) : JSON.parse(body);
}

function refuse(id: RpcId, error: JsonRpcError): RpcRequest {
  return { kind: 'error', id, error };
}

function isId(id: unknown): id is RpcId {
  return id === null || typeof id === 'string' || Number.isInteger(id);
}

function typeName(value: unknown): string {
  return Array.isArray(value) ? 'sequence' : value === null ? 'null' : `${typeof value}`;
}

/** A body that ends too early has another error text than an invalid body. Both name line 1. */
function syntaxProblem(body: string): string {
  const open = body.trim() === '' || /[{[:,"]$/.test(body.trimEnd());
  return open ? `EOF while parsing a value at line 1 column ${body.length}` : 'expected value at line 1 column 1';
}
