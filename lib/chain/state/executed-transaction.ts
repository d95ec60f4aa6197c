import { accountId } from '../../domain/account-id.ts';
import type { ExecutedTransaction, PurseTransfer } from '../../domain/activity.ts';
import { InvalidId, UnusableAnswer } from '../../domain/errors.ts';
import { RpcFailure } from '../rpc/errors.ts';
import { digits, known, list, malformed, type Shape, shape, text } from '../rpc/json-shape.ts';
import { decodeTransaction, decodeTransfer, transferBody, transferOrigin } from './decode-transaction.ts';

/** A text of the contract's author: the whole of it is in the transaction. */
const longestMessage = 1_000;

/**
 * What an answer of `info_get_transaction` says for the lists of accounts; undefined where it has a form that is not known, or
 * lacks a part. Then sync still follows what the transaction wrote, and the lists say that it is not in them (rule ACTIVITY-3).
 */
export function executedTransaction(hash: string, answer: unknown): ExecutedTransaction | undefined {
  try {
    const { initiator, result } = decodeTransaction(answer);
    if (result === undefined) return undefined;
    const { cost, errorMessage } = result;
    return {
      hash,
      initiator: accountId(initiator.toLowerCase()),
      cost,
      errorMessage: errorMessage?.slice(0, longestMessage) ?? null,
      transfers: errorMessage === null ? transfersIn(hash, answer) : [],
    };
  } catch (error) {
    if (error instanceof UnusableAnswer || error instanceof RpcFailure || error instanceof InvalidId) return undefined;
    throw error;
  }
}

function transfersIn(hash: string, answer: unknown): readonly PurseTransfer[] {
  const info = shape(shape(answer, 'a transaction').execution_info, 'execution info');
  const [version, body] = known(info.execution_result, ['Version1', 'Version2'], 'an execution result');
  const entries =
    version === 'Version2'
      ? list(shape(body, 'an execution result').transfers, 'transfers')
      : writtenTransfers(shape(shape(body, 'an outcome').Success, 'an execution result'));
  if (entries.some((entry) => transferOrigin(entry) !== hash)) malformed('transfers of this transaction');
  return entries.map(decodePurseTransfer);
}

/** A result of 1.x names its transfers by address; what they hold is among what it wrote. */
function writtenTransfers(result: Shape): readonly unknown[] {
  const named = list(result.transfers, 'transfers');
  const written = new Map<unknown, unknown>();
  for (const entry of list(shape(result.effect, 'an effect').transforms, 'transforms')) {
    const { key, transform } = shape(entry, 'an effect');
    const transfer = (transform as { readonly WriteTransfer?: unknown } | null)?.WriteTransfer;
    if (transfer !== undefined) written.set(key, transfer);
  }
  return named.map((address) => written.get(address) ?? malformed('a transfer that its result names'));
}

function decodePurseTransfer(entry: unknown): PurseTransfer {
  const { source, target } = transferBody(entry);
  const { from, to, amount, id } = decodeTransfer(entry);
  return {
    from: accountId(from.toLowerCase()),
    to: to === null ? null : accountId(to.toLowerCase()),
    source: purse(source),
    target: purse(target),
    amount: digits(amount, 'an amount'),
    id,
  };
}

function purse(value: unknown): string {
  const uref = text(value, 'a purse').toLowerCase();
  return /^uref-[0-9a-f]{64}-[0-7]{3}$/.test(uref) ? uref : malformed('a purse');
}
