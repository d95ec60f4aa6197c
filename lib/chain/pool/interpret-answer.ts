import { ChainUnavailable, UnusableAnswer } from '../../domain/errors.ts';
import { printable } from '../../domain/printable.ts';
import { classifyError } from '../rpc/classify-error.ts';
import { MethodRefused, NoSuchBlock, RequestRefused, RpcFailure, SubmissionRefused, Throttled } from '../rpc/errors.ts';
import type { RpcAnswer, RpcError } from '../rpc/rpc-answer.ts';

/** Decodes a result. Part of the attempt: where it throws, the next node is asked. */
export type Decode<Value> = (result: unknown) => Value | Promise<Value>;

/** No such block, and no such state root. */
const notHeldCodes = new Set([-32001, -32012]);
/** Read at a block that the node does not have, a balance is an empty answer of the node behind the RPC server. */
const isEmptyAnswer = ({ code, data }: RpcError): boolean =>
  code === -32018 && typeof data === 'string' && /empty envelope/i.test(data);
/** The method is not served: unknown, or switched off. */
const refusedCodes = new Set([-32601, -32019]);

/** The node looked at a transaction, or deploy, and does not take it. */
const submissionRefusals = new Set([-32016, -32008]);
/** The sidecar has this refusal among the failures of its link to the node. */
const isMislaidRefusal = ({ code, data }: RpcError): boolean =>
  code === -32018 && typeof data === 'string' && /gas price tolerance too low/i.test(data);
const mostWords = 500;

/** What a node says of a request, as one line: the reason where it gives one, which is more than the message of the code. */
const wordsOf = ({ message, data }: RpcError): string =>
  printable((typeof data === 'string' && data !== '' ? `${message}: ${data}` : message).slice(0, mostWords));

/** The value, or the node's own "not found". Throws what every other answer means. */
export async function interpretAnswer<Value>(
  method: string,
  answer: RpcAnswer,
  decode: Decode<Value>,
): Promise<{ readonly value: Value } | { readonly absent: RpcError }> {
  if ('result' in answer) return { value: await decoded(decode, answer.result) };
  const { error } = answer;
  if (refusedCodes.has(error.code)) throw new MethodRefused(method);
  if (submissionRefusals.has(error.code) || isMislaidRefusal(error))
    throw new SubmissionRefused(error.code, wordsOf(error));
  const kind = classifyError(error);
  if (kind === 'absent') return { absent: error };
  if (kind === 'caller') throw new RequestRefused(method, error.code, wordsOf(error));
  if (kind === 'later') throw new Throttled();
  if (notHeldCodes.has(error.code) || isEmptyAnswer(error)) throw new NoSuchBlock(error.code);
  // The node's message may repeat the request, with the endpoint's secret in it: only its code is kept.
  throw new RpcFailure('error', `error ${error.code}`, { rpcCode: error.code });
}

async function decoded<Value>(decode: Decode<Value>, result: unknown): Promise<Value> {
  try {
    return await decode(result);
  } catch (error) {
    if (error instanceof ChainUnavailable) throw error;
    throw new UnusableAnswer('value_unreadable', 'the answer holds a value that cannot be decoded', error);
  }
}
