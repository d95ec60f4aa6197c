import type { IncomingMessage } from 'node:http';
import { parseExactJson } from './exact-json.ts';
import { RpcFailure } from './rpc-failure.ts';

/** Taken from the process, as the client takes node:http. */
const zlib = process.getBuiltinModule('node:zlib');

/** A JSON-RPC error as the node gave it. */
export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data: unknown;
}

export type RpcAnswer = { readonly result: unknown } | { readonly error: RpcError };

const megabyte = 1024 * 1024;
/** Whole blocks, transactions with their Wasm, and all bids; everything else is asked many times at once, and small. */
const largeAnswers = /^(?:chain_get_|info_get_transaction|state_get_auction_info)/;
export const mostBytes = (method: string): number => (largeAnswers.test(method) ? 16 : 4) * megabyte;

/** What came back for request `id`, read to its end; RpcFailure, and the connection is dropped, where that is no answer. */
export async function readAnswer(response: IncomingMessage, id: number, maxBytes: number): Promise<RpcAnswer> {
  try {
    checkHead(response);
    return answerOf(await readText(response, maxBytes), id);
  } catch (error) {
    response.destroy();
    throw error;
  }
}

function checkHead(response: IncomingMessage): void {
  const status = response.statusCode ?? 0;
  if (status !== 200) throw new RpcFailure('status', `HTTP ${status}`, { status, retryAfter: retryAfterOf(response) });
  const type = response.headers['content-type'] ?? '';
  if (!/^application\/json\b/i.test(type))
    throw new RpcFailure('body', `content type ${type.slice(0, 60) || 'missing'}`);
}

/** RFC 9110, 10.2.3: seconds, or a date. */
function retryAfterOf(response: IncomingMessage): number | undefined {
  const value = response.headers['retry-after'];
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - Date.now()) / 1000));
}

/** The body's text; `maxBytes` holds before and after decompression. */
async function readText(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new RpcFailure('body', `more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  if (!response.complete) throw new RpcFailure('body', 'truncated');
  const bytes = Buffer.concat(chunks, size);
  if (response.headers['content-encoding'] !== 'gzip') return bytes.toString('utf8');
  return zlib.gunzipSync(bytes, { maxOutputLength: maxBytes }).toString('utf8');
}

/** A well-formed answer to this request, and nothing else: right version, right id, either a result or an error. */
function answerOf(text: string, id: number): RpcAnswer {
  let body: unknown;
  try {
    body = parseExactJson(text);
  } catch (cause) {
    throw new RpcFailure('body', 'not JSON', { cause });
  }
  if (typeof body !== 'object' || body === null) throw new RpcFailure('body', 'not a JSON-RPC answer');
  const { jsonrpc, id: answered, result, error } = body as Record<string, unknown>;
  if (jsonrpc !== '2.0' || answered !== id) throw new RpcFailure('body', 'not an answer to this request');
  if (error !== undefined && error !== null) {
    const { code, message, data } = error as Record<string, unknown>;
    if (typeof code !== 'number') throw new RpcFailure('body', 'an error without a code');
    return { error: { code, message: String(message), data } };
  }
  if (result === undefined || result === null) throw new RpcFailure('body', 'neither result nor error');
  return { result };
}
