import type { PinnedBlock } from '../../domain/block.ts';
import type { BalanceHold, ClData, PurseBalance } from '../../domain/pinned-state.ts';
import type { Decode } from '../pool/interpret-answer.ts';
import type { Answered } from '../pool/upstream.ts';
import { MethodRefused } from '../rpc/errors.ts';
import { digits, integer, list, malformed, shape } from '../rpc/json-shape.ts';
import { addressOf } from '../rpc/state-keys.ts';

export interface BalanceReads {
  account(accountHash: string): Promise<{ readonly mainPurse: string } | undefined>;
  clValue(key: string): Promise<ClData | undefined>;
  call<Value>(method: string, params: object, decode: Decode<Value>): Promise<Answered<Value>>;
  /** The total that a proof proves; undefined where nothing is proved. */
  provedTotal(proof: unknown): Promise<string | undefined>;
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
    const answered = await reads.call('query_balance_details', params, (result) => decodeDetails(result, reads));
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
  return withHolds(digits(total, 'a total balance'), available.value, undefined);
}

/** Rule PROOF-1: the total is proved. What is held back of it is not: a node could leave a hold out. */
async function decodeDetails(result: unknown, { provedTotal }: BalanceReads): Promise<PurseBalance> {
  const details = shape(result, 'a balance');
  const total = (await provedTotal(details.total_balance_proof)) ?? digits(details.total_balance, 'a total balance');
  const holds = list(details.holds, 'holds').map(decodeHold);
  return withHolds(total, digits(details.available_balance, 'an available balance'), holds);
}

/** Rule KIND-6: where nothing is kept back there are no holds, whatever a node still lists: each node's answer has the same form. */
const withHolds = (total: string, available: string, holds: PurseBalance['holds']): PurseBalance => ({
  total,
  available,
  holds: available === total ? [] : holds && [...holds].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1)),
});

const orderOf = ({ since, kind, amount }: BalanceHold): string => `${since} ${kind} ${amount.padStart(160, '0')}`;

function decodeHold(entry: unknown): BalanceHold {
  const { amount, time, proof } = shape(entry, 'a hold');
  const since = new Date(integer(time, 'a time of a hold'));
  if (Number.isNaN(since.getTime())) return malformed('a time of a hold');
  return { amount: digits(amount, 'an amount on hold'), kind: kindOf(proof), since: since.toISOString() };
}

/**
 * Which kind of hold it is stands in the key that the proof is about: a list of one proof, each of which begins with its key,
 * `balance-hold-<kind>…` (casper-types: KeyTag::BalanceHold is 22, BalanceHoldAddrTag Gas 0, Processing 1).
 */
function kindOf(proof: unknown): BalanceHold['kind'] {
  const [, tag] = /^0100000016(00|01)/.exec(typeof proof === 'string' ? proof : '') ?? [];
  if (tag === undefined) return null;
  return tag === '00' ? 'gas' : 'processing';
}
