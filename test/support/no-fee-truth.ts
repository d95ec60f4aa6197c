import { readFileSync } from 'node:fs';
import type { NoFeeRules } from '../../infra/local/dev-chain/no-fee.ts';
import { accountHashOf, type Json, recordedTruth } from './recorded-truth.ts';

// biome-ignore lint/suspicious/noExplicitAny: recorded JSON of many shapes
type Raw = any;

interface Payment {
  readonly height: number;
  readonly payer: string;
  readonly cost: bigint;
}

/**
 * What an account's answer must be on a recorded chain that holds fees instead of taking them: from the recorded files alone,
 * by the formulas of the node (casper-storage: `BalanceHolds`, `amortization`).
 */
export function noFeeTruth(recording: 'chain-a' | 'chain-d', { handling, intervalMs }: NoFeeRules) {
  const truth = recordedTruth(recording);
  const folder = new URL(`../../infra/local/recordings/${recording}/`, import.meta.url);
  const payments = readFileSync(new URL('transactions.jsonl', folder), 'utf8')
    .split('\n')
    .flatMap((line): Payment[] => {
      if (line === '') return [];
      const { block_height: height, execution_result }: Raw = JSON.parse(line).execution_info;
      const { initiator, cost, refund } = execution_result.Version2;
      const payer = initiator.AccountHash ?? accountHashOf(initiator.PublicKey);
      return [{ height, payer, cost: BigInt(cost) - BigInt(refund) }];
    });
  const time = (height: number): number => Date.parse(truth.block(height).timestamp);

  function account(id: string, height: number): Json | null {
    const recorded = truth.account(id, height);
    if (recorded === null) return null;
    const own = payments.filter((payment) => payment.payer === id && payment.height <= height && payment.cost > 0n);
    const total = own.reduce((sum, { cost }) => sum + cost, BigInt((recorded.balance as { motes: string }).motes));
    const now = time(height);
    const live = [...new Set(own.map((payment) => payment.height))].filter((begun) => {
      const end = time(begun) + intervalMs;
      // A payment in the very block in which a hold ends prunes it.
      return end > now || (end === now && !own.some((payment) => payment.height === height && begun !== height));
    });
    const amountOf = (begun: number): bigint =>
      own.reduce((sum, payment) => (payment.height === begun ? sum + payment.cost : sum), 0n);
    const left = (begun: number): bigint =>
      handling === 'accrued'
        ? amountOf(begun)
        : (amountOf(begun) * BigInt(time(begun) + intervalMs - now)) / BigInt(intervalMs);
    const held = live.reduce((sum, begun) => sum + left(begun), 0n);
    const holds = live.map((begun) => ({
      amount: amount(amountOf(begun)),
      kind: 'gas',
      since: new Date(time(begun)).toISOString(),
      until: new Date(time(begun) + intervalMs).toISOString(),
      handling,
    }));
    return {
      ...recorded,
      balance: amount(total),
      total: amount(total),
      available: amount(total - held),
      holds: held === 0n ? [] : holds,
    };
  }

  return { ...truth, account };
}

function amount(motes: bigint): { readonly motes: string; readonly cspr: string } {
  const fraction = (motes % 10n ** 9n).toString().padStart(9, '0').replace(/0+$/, '');
  return { motes: motes.toString(), cspr: `${motes / 10n ** 9n}${fraction === '' ? '' : `.${fraction}`}` };
}
