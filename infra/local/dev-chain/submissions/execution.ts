import { rawJson } from '../../../../lib/domain/source-json.ts';
import { accountHashKey, purseAddress } from '../keys.ts';
import type { BlockHeader, Effect, ExecutionResult, StoredValue } from '../recorded.ts';
import type { Ledger } from './ledger.ts';
import { motesValue } from './motes.ts';
import { type NativeTransfer, nativeTransferOf } from './native-transfer.ts';
import type { Submission } from './submission.ts';

const TRANSFER_COST = 100_000_000n;
const AUCTION_COST = 2_500_000_000n;

/** Lanes as in the recorded blocks: 0 transfers, 1 auction, 5 contract calls. */
export function laneOf(submission: Submission): '0' | '1' | '5' {
  if (nativeTransferOf(submission) !== undefined) return '0';
  return isAuction(submission) ? '1' : '5';
}

/**
 * Executes a submitted transaction: a native transfer, or a failure that says that nothing else can be executed here. The fee
 * is taken in both cases and goes to the block's proposer, as on the recorded chains. The effects are those that the recorded
 * node has for the same.
 */
export function execute(submission: Submission, ledger: Ledger, header: BlockHeader): ExecutionResult {
  const payer = ledger.account(submission.account);
  if (payer === undefined) throw new Error(`no account ${submission.account}`);
  const source = purseAddress(payer.main_purse);
  const fee = least(feeOf(submission), ledger.available(source));
  const transfer = nativeTransferOf(submission);
  const problem =
    transfer === undefined || transfer === 'incomplete'
      ? 'the dev chain executes no contract and no auction call that is not recorded'
      : transferProblem(transfer, source, fee, ledger);
  const done = problem === undefined ? move(transfer as NativeTransfer, source, ledger) : undefined;
  const hold = holdKey(source, header.timestamp);
  ledger.add(source, -fee);
  const proposer = ledger.account(accountHashKey(header.proposer));
  const proposerPurse = proposer && purseAddress(proposer.main_purse);
  if (proposerPurse !== undefined) ledger.add(proposerPurse, fee);
  const effects: Effect[] = [
    write(hold, motesValue(fee)),
    ...(done?.made ?? []),
    ...(done ? [{ key: hold, kind: 'Identity' }, ...done.moved] : []),
    { key: hold, kind: { Prune: hold } },
    write(`balance-${source}`, motesValue(ledger.balance(source) ?? 0n)),
    ...(proposerPurse === undefined ? [] : [added(proposerPurse, fee)]),
  ];
  return {
    initiator: submission.initiator,
    error_message: problem ?? null,
    current_price: 1,
    limit: String(fee),
    consumed: String(fee),
    cost: String(fee),
    refund: '0',
    transfers: done ? [record(submission, transfer as NativeTransfer, source, done.target)] : [],
    size_estimate: JSON.stringify(submission.json).length,
    effects,
  } as ExecutionResult;
}

function transferProblem(
  { target, amount }: NativeTransfer,
  source: string,
  fee: bigint,
  ledger: Ledger,
): string | undefined {
  if (purseOf(target, ledger) === source) return 'Invalid purse';
  if (target.startsWith('uref-') && ledger.balance(purseOf(target, ledger) ?? '') === undefined)
    return 'Purse not found';
  return amount + fee > ledger.available(source) ? 'Insufficient funds' : undefined;
}

function move({ target, amount }: NativeTransfer, source: string, ledger: Ledger) {
  const existing = purseOf(target, ledger);
  const purse = existing ?? ledger.create(target);
  ledger.add(source, -amount);
  ledger.add(purse, amount);
  return {
    target: purse,
    made: existing === undefined ? creation(target, purse, ledger) : [],
    moved: [write(`balance-${source}`, motesValue(ledger.balance(source) ?? 0n)), added(purse, amount)],
  };
}

function creation(account: string, purse: string, { created }: Ledger): Effect[] {
  const [uref, owner] = [created.get(`uref-${purse}`), created.get(account)];
  if (uref === undefined || owner === undefined) throw new Error(`${account} was not created`);
  return [write(`uref-${purse}-000`, uref), write(`balance-${purse}`, motesValue(0n)), write(account, owner)];
}

function purseOf(target: string, ledger: Ledger): string | undefined {
  if (target.startsWith('uref-')) return purseAddress(target);
  const account = ledger.account(target);
  return account && purseAddress(account.main_purse);
}

function record(
  { kind, hash, account }: Submission,
  { target, amount, id }: NativeTransfer,
  source: string,
  to: string,
) {
  return {
    Version2: {
      transaction_hash: { [kind]: hash },
      from: { AccountHash: account },
      to: target.startsWith('uref-') ? null : target,
      source: `uref-${source}-007`,
      target: `uref-${to}-004`,
      amount: String(amount),
      gas: String(TRANSFER_COST),
      id: id === null ? null : rawJson(String(id)),
    },
  };
}

/** The node's key of a hold on a purse while a transaction is paid: the tag, the purse, the block's time as a u64. */
function holdKey(purse: string, timestamp: string): string {
  const time = Buffer.alloc(8);
  time.writeBigUInt64LE(BigInt(Date.parse(timestamp)));
  return `balance-hold-01${purse}${time.toString('hex')}`;
}

function feeOf(submission: Submission): bigint {
  if (nativeTransferOf(submission) !== undefined) return TRANSFER_COST;
  return isAuction(submission) ? AUCTION_COST : (paymentOf(submission) ?? AUCTION_COST);
}

function isAuction({ kind, json }: Submission): boolean {
  return kind === 'Version1' && (json.payload as { fields?: { target?: unknown } }).fields?.target === 'Native';
}

/** The payment that a contract call names: it is charged in full. */
function paymentOf({ kind, json }: Submission): bigint | undefined {
  if (kind === 'Deploy') return undefined;
  const { pricing_mode } = json.payload as { pricing_mode?: { PaymentLimited?: { payment_amount?: unknown } } };
  const amount = JSON.stringify(pricing_mode?.PaymentLimited?.payment_amount ?? null);
  return /^\d+$/.test(amount) ? BigInt(amount) : undefined;
}

const write = (key: string, value: StoredValue): Effect => ({ key, kind: { Write: value } });

const added = (purse: string, amount: bigint): Effect => ({
  key: `balance-${purse}`,
  kind: { AddUInt512: String(amount) },
});

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
