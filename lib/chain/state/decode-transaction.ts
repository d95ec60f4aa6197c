import { accountHashOf } from '../../domain/account-id.ts';
import type { Execution, Transfer } from '../../domain/pinned-state.ts';
import { hex64 } from '../rpc/decode-block.ts';
import { digits, integer, known, list, type Shape, shape, text, variant } from '../rpc/json-shape.ts';

export interface DecodedTransaction {
  readonly type: 'Version1' | 'Deploy';
  readonly initiator: string;
  readonly timestamp: string;
  readonly ttl: string;
  /** undefined: accepted, but in no block that this node knows. */
  readonly block: { readonly height: number; readonly hash: string } | undefined;
  /** undefined: the node has no result, though it may know the block. */
  readonly result: Result | undefined;
}

export type Result = Omit<Execution, 'block' | 'transfers'> & {
  /** 1.x results name their transfers by address only: `transfer-<hex>`. */
  readonly transfers: readonly Transfer[] | { readonly named: readonly string[] };
};

/** The answer of `info_get_transaction`. */
export function decodeTransaction(answer: unknown): DecodedTransaction {
  const { transaction, execution_info: info } = shape(answer, 'a transaction');
  const [type, body] = known(transaction, ['Version1', 'Deploy'], 'a transaction');
  const named = type === 'Version1' ? version1(shape(body, 'a transaction')) : deploy(shape(body, 'a deploy'));
  if (info === null || info === undefined) return { type, ...named, block: undefined, result: undefined };
  const { block_hash: hash, block_height: height, execution_result: result } = shape(info, 'execution info');
  return {
    type,
    ...named,
    block: { height: integer(height, 'a block height'), hash: hex64(hash, 'a block hash') },
    result: result === null || result === undefined ? undefined : decodeResult(result),
  };
}

function version1(transaction: Shape) {
  const payload = shape(transaction.payload, 'a payload');
  return {
    initiator: initiatorOf(payload.initiator_addr),
    timestamp: text(payload.timestamp, 'a timestamp'),
    ttl: text(payload.ttl, 'a TTL'),
  };
}

function deploy(body: Shape) {
  const header = shape(body.header, 'a deploy header');
  return {
    initiator: text(header.account, 'an account'),
    timestamp: text(header.timestamp, 'a timestamp'),
    ttl: text(header.ttl, 'a TTL'),
  };
}

/** `{"PublicKey": hex}` or `{"AccountHash": "account-hash-…"}`. */
const initiatorOf = (address: unknown): string =>
  text(known(address, ['PublicKey', 'AccountHash'], 'an initiator')[1], 'an initiator');

function decodeResult(result: unknown): Result {
  const [version, body] = known(result, ['Version1', 'Version2'], 'an execution result');
  return version === 'Version2' ? version2Result(shape(body, 'an execution result')) : version1Result(body);
}

const version2Result = (body: Shape): Result => ({
  cost: digits(body.cost, 'a cost'),
  consumed: digits(body.consumed, 'consumed gas'),
  refund: body.refund === undefined || body.refund === null ? null : digits(body.refund, 'a refund'),
  errorMessage: body.error_message == null ? null : text(body.error_message, 'an error message'),
  transfers: list(body.transfers, 'transfers').map(decodeTransfer),
});

/** Results of 1.x: `{"Success" | "Failure": …}`, without consumed gas and without a refund. */
function version1Result(result: unknown): Result {
  const [outcome, content] = known(result, ['Success', 'Failure'], 'an outcome');
  const body = shape(content, 'an execution result');
  return {
    cost: digits(body.cost, 'a cost'),
    consumed: null,
    refund: null,
    errorMessage: outcome === 'Failure' ? text(body.error_message, 'an error message') : null,
    // What a failed deploy transferred was undone, though 1.x results still name it: blocks list none, and no state has it.
    transfers:
      outcome === 'Failure'
        ? []
        : { named: list(body.transfers, 'transfers').map((address) => text(address, 'a transfer address')) },
  };
}

/** One transfer, as results and `chain_get_block_transfers` list it: tagged by version, or untagged as in 1.5. */
export function decodeTransfer(entry: unknown): Transfer {
  const { from, to, amount, id } = transferBody(entry);
  return {
    from: accountOf(from),
    to: to == null ? null : text(to, 'a recipient'),
    amount: digits(amount, 'an amount'),
    id: id == null ? null : digits(id, 'a transfer id'),
  };
}

/** The hash of the transaction or deploy that a listed transfer belongs to. */
export function transferOrigin(entry: unknown): string {
  const { deploy_hash: deploy, transaction_hash: transaction } = transferBody(entry);
  return text(deploy ?? variant(transaction, 'a transaction hash')[1], 'a transaction hash');
}

/** An untagged transfer, as in 1.5, names its amount directly. */
export function transferBody(entry: unknown): Shape {
  const given = shape(entry, 'a transfer');
  if ('amount' in given) return given;
  return shape(known(given, ['Version1', 'Version2'], 'a transfer')[1], 'a transfer');
}

function accountOf(from: unknown): string {
  if (typeof from === 'string') return from;
  const [kind, value] = known(from, ['PublicKey', 'AccountHash'], 'a sender');
  const sender = text(value, 'a sender');
  return kind === 'PublicKey' ? `account-hash-${accountHashOf(sender)}` : sender;
}
