import type { PinnedBlock } from '../../domain/block.ts';
import type { ClData, PurseBalance } from '../../domain/pinned-state.ts';
import type { Decode } from '../pool/interpret-answer.ts';
import type { Answered } from '../pool/upstream.ts';
import { MethodRefused } from '../rpc/errors.ts';
import { digits, shape } from '../rpc/json-shape.ts';
import { addressOf } from '../rpc/state-keys.ts';

export interface BalanceReads {
  account(accountHash: string): Promise<{ readonly mainPurse: string } | undefined>;
  clValue(key: string): Promise<ClData | undefined>;
  call<Value>(method: string, params: object, decode: Decode<Value>): Promise<Answered<Value>>;
}

/** The balance of an account's main purse: in one call, or in two where no node serves the details. */
export async function readBalance(
  accountHash: string,
  block: PinnedBlock,
  reads: BalanceReads,
): Promise<PurseBalance | undefined> {
  const params = {
    purse_identifier: { main_purse_under_account_hash: `account-hash-${accountHash}` },
    state_identifier: { BlockHash: block.hash },
  };
  try {
    const answered = await reads.call('query_balance_details', params, decodeDetails);
    return 'absent' in answered ? undefined : answered.value;
  } catch (error) {
    if (!(error instanceof MethodRefused)) throw error;
    return readInTwoCalls(accountHash, params, reads);
  }
}

/** The purse's key holds the total; `query_balance` returns what is available. */
async function readInTwoCalls(
  accountHash: string,
  params: object,
  { account, clValue, call }: BalanceReads,
): Promise<PurseBalance | undefined> {
  const holder = await account(accountHash);
  if (holder === undefined) return undefined;
  const [total, available] = await Promise.all([
    clValue(`balance-${addressOf(holder.mainPurse)}`),
    call('query_balance', params, (result) => digits(shape(result, 'a balance').balance, 'a balance')),
  ]);
  if ('absent' in available) return undefined;
  return { total: digits(total, 'a total balance'), available: available.value };
}

function decodeDetails(result: unknown): PurseBalance {
  const details = shape(result, 'a balance');
  return {
    total: digits(details.total_balance, 'a total balance'),
    available: digits(details.available_balance, 'an available balance'),
  };
}
