import { amount, decimal } from '../domain/amount.ts';
import { base64Of } from '../domain/base64.ts';
import { eraBasis } from '../domain/basis.ts';
import { digestOf } from '../domain/digest.ts';
import type { BasisDefinition, PinnedState } from '../domain/pinned-state.ts';
import { newestEnabled } from './newest-contract.ts';
import { keyBytes } from './tokens.ts';

/** The setting ASTAKE_LIQUID_STAKING: the names of the contract's named keys, and the decimals of its token. */
export interface LiquidStaking {
  readonly package: string;
  readonly balances: string;
  readonly itemKey: 'base64-key';
  readonly decimals: number;
  readonly rate:
    | { readonly numerator: string; readonly denominator: string }
    | { readonly value: string; readonly scale: number };
}

export interface LiquidLayout {
  readonly balances: string;
}

/** CSPR per token = numerator / denominator. It changes with every era, so it is joined when answering (rule KIND-4). */
export interface LiquidRate {
  readonly numerator: string;
  readonly denominator: string;
}

const rateDigits = 18;
const motesDigits = 9;

/** The basis of all positions in the contract: where the balances are, and the exchange rate. */
export function liquidBasis(settings: LiquidStaking): BasisDefinition<LiquidLayout, LiquidRate> {
  return {
    name: `liquid:${settings.package}`,
    definition: digestOf({ basis: 'liquid', schema: 1, settings }),

    async read(state) {
      // Rewards change the rate in every switch block, also when no key of the contract is written.
      state.dependOn({ basis: eraBasis });
      const held = await state.contractPackage(settings.package);
      const contractHash = held && 'versions' in held ? newestEnabled(held) : undefined;
      const contract = contractHash === undefined ? undefined : await state.contract(contractHash);
      const balances = contract?.namedKeys[settings.balances];
      if (contract === undefined || balances === undefined) return undefined;
      const number = async (name: string): Promise<string> => {
        const uref = contract.namedKeys[name];
        const value = uref === undefined ? undefined : await state.named(uref);
        return typeof value === 'string' && /^\d+$/.test(value) ? value : '0';
      };
      const { rate } = settings;
      const [numerator, denominator] =
        'value' in rate
          ? [await number(rate.value), (10n ** BigInt(rate.scale)).toString()]
          : await Promise.all([number(rate.numerator), number(rate.denominator)]);
      return { value: { balances }, joined: { numerator, denominator } };
    },
  };
}

/** The account's balance in the contract, in the smallest unit of the token; without an item it is 0. */
export async function liquidBalance(accountId: string, layout: LiquidLayout, state: PinnedState): Promise<string> {
  const item = await state.item(layout.balances, base64Of(keyBytes(accountId)));
  return typeof item === 'string' ? item : '0';
}

/** The rate to 18 digits, and the value in motes and CSPR, both rounded down; null while the contract has no rate. */
export function presentLiquid(balance: string, rate: LiquidRate | undefined, settings: LiquidStaking) {
  const denominator = BigInt(rate?.denominator ?? 0);
  if (rate === undefined || denominator === 0n) return { balance, exchangeRate: null, value: null };
  const numerator = BigInt(rate.numerator);
  const scaled = BigInt(balance) * numerator * 10n ** BigInt(motesDigits);
  return {
    balance,
    exchangeRate: decimal((numerator * 10n ** BigInt(rateDigits)) / denominator, rateDigits),
    value: amount(scaled / (denominator * 10n ** BigInt(settings.decimals))),
  };
}
