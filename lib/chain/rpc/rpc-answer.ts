import type { IncomingMessage } from 'node:http';
import { UnusableAnswer } from '../../domain/errors.ts';
import { parseWithSource } from '../../domain/source-json.ts';
import { ReceivedInPart, RpcFailure } from './errors.ts';

/** Taken from the process for the same reason as node:http in `rpc-client.ts`. */
const zlib = process.getBuiltinModule('node:zlib');

/** A JSON-RPC error, as the node sent it. */
export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data: unknown;
}

export type RpcAnswer = { readonly result: unknown } | { readonly error: RpcError };

const megabyte = 1024 * 1024;
/** Whole blocks, transactions with their Wasm, and all bids are large. Other answers are small, and many are read at once. */
const largeAnswers = /^(?:chain_get_|info_get_transaction|state_get_auction_info)/;
export const mostBytes = (method: string): number => (largeAnswers.test(method) ? 16 : 4) * megabyte;

/** A node that has sent so much of one answer is not silent. */
const manyBytes = megabyte;

/** Reads the answer to request `id` to its end. Where it is not an answer: RpcFailure, and the connection is dropped. */
export async function readAnswer(
  response: IncomingMessage,
  id: number,
  maxBytes: number,
  now: () => number,
): Promise<RpcAnswer> {
  try {
    checkHead(response, now());
    return answerOf(await readText(response, maxBytes), id);
  } catch (error) {
    response.destroy();
    throw error;
  }
}

function checkHead(response: IncomingMessage, now: number): void {
  const status = response.statusCode ?? 0;
  if (status !== 200)
    throw new RpcFailure('status', `HTTP ${status}`, { status, retryAfter: retryAfterOf(response, now) });
  const type = response.headers['content-type'] ?? '';
  if (!/^application\/json\b/i.test(type))
    throw new RpcFailure('body', `content type ${type.slice(0, 60) || 'missing'}`);
}

/** In seconds; RFC 9110, 10.2.3: the header holds seconds or a date. */
function retryAfterOf(response: IncomingMessage, now: number): number | undefined {
  const value = response.headers['retry-after'];
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now) / 1000));
}

/** The body's text. `maxBytes` limits it before and after decompression. */
async function readText(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge(maxBytes);
      chunks.push(chunk);
    }
    if (!response.complete) throw new RpcFailure('body', 'truncated');
  } catch (cause) {
    if (size < manyBytes || cause instanceof UnusableAnswer) throw cause;
    throw new ReceivedInPart(size, cause);
  }
  const bytes = Buffer.concat(chunks, size);
  if (response.headers['content-encoding'] !== 'gzip') return bytes.toString('utf8');
  try {
    return zlib.gunzipSync(bytes, { maxOutputLength: maxBytes }).toString('utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    throw new RpcFailure('body', 'not gzip', { cause });
  }
}

/** Rule ANSWER-1: the size is a property of what was asked for, and any caller may ask for something large. */
const tooLarge = (maxBytes: number): UnusableAnswer =>
  new UnusableAnswer('value_too_large', `the answer has more than ${maxBytes} bytes`);

/** Accepts only a well-formed answer to this request: right version, right id, and either a result or an error. */
function answerOf(text: string, id: number): RpcAnswer {
  let body: unknown;
  try {
    body = parseExactJson(text);
  } catch (cause) {
    // Nested too deeply for the parser: what was asked for is so.
    if (cause instanceof RangeError)
      throw new UnusableAnswer('value_unreadable', 'the answer is nested too deeply', cause);
    throw new RpcFailure('body', 'not JSON', { cause });
  }
  if (typeof body !== 'object' || body === null) throw new RpcFailure('body', 'not a JSON-RPC answer');
  const { jsonrpc, id: answeredId, result, error } = body as Record<string, unknown>;
  if (jsonrpc !== '2.0' || answeredId !== id) throw new RpcFailure('body', 'not an answer to this request');
  if (error !== undefined && error !== null) {
    const { code, message, data } = error as Record<string, unknown>;
    if (typeof code !== 'number') throw new RpcFailure('body', 'an error without a code');
    return { error: { code, message: String(message), data } };
  }
  if (result === undefined || result === null) throw new RpcFailure('body', 'neither result nor error');
  return { result };
}

/** An integer of 16 or more digits may lose some of them as a double. */
const longNumber = /[^"\d.]\d{16}/;

/**
 * JSON.parse without losing digits: an integer beyond 2^53 becomes a bigint. The reviver costs time, so it runs only on
 * texts that may hold such a number.
 */
export function parseExactJson(text: string): unknown {
  if (!longNumber.test(text)) return JSON.parse(text);
  return parseWithSource(text, (_key, value, { source }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && source !== undefined && /^-?\d+$/.test(source)
      ? BigInt(source)
      : value,
  );
}
