import { newAccount, purseOfNewAccount } from '../dev-accounts.ts';
import { purseAddress } from '../keys.ts';
import type { RecordedAccount, StoredValue, Version } from '../recorded.ts';
import type { Recording } from '../recording.ts';

/** Balances and accounts while the submitted transactions of one block are executed on top of what the chain has there. */
export interface Ledger {
  account(key: string): RecordedAccount | undefined;
  /** undefined: no such purse. */
  balance(purse: string): bigint | undefined;
  /** What can be taken from a purse so that neither now nor at a later recorded block less than nothing is left. */
  available(purse: string): bigint;
  add(purse: string, amount: bigint): void;
  /** Makes an account, with the purse that a later recorded block gives to it if there is one, and returns the purse. */
  create(key: string): string;
  readonly shifts: ReadonlyMap<string, bigint>;
  readonly created: ReadonlyMap<string, StoredValue>;
}

export function createLedger({ state, balances }: Recording, height: number): Ledger {
  const shifts = new Map<string, bigint>();
  const created = new Map<string, StoredValue>();
  const shift = (purse: string): bigint => shifts.get(purse) ?? 0n;
  const at = <T>(versions: readonly Version<T>[] = []): T | undefined =>
    versions.findLast((version) => version.height <= height)?.value;
  return {
    shifts,
    created,
    account: (key) => (created.get(key) ?? at(state.get(key)))?.Account,
    balance: (purse) => {
      const balance = at(balances.get(purse));
      return balance === undefined && !shifts.has(purse) ? undefined : BigInt(balance ?? 0) + shift(purse);
    },
    available: (purse) => {
      const versions = balances.get(purse) ?? [];
      const values = [at(versions), ...versions.filter((version) => version.height > height).map(({ value }) => value)];
      return values.map((value) => BigInt(value ?? 0) + shift(purse)).reduce((a, b) => (a < b ? a : b));
    },
    add: (purse, amount) => {
      shifts.set(purse, shift(purse) + amount);
    },
    create: (key) => {
      const later = state.get(key)?.findLast(({ value }) => value !== undefined)?.value?.Account;
      const purse = later === undefined ? purseOfNewAccount(key) : purseAddress(later.main_purse);
      for (const [name, value] of newAccount(key, purse)) created.set(name, value);
      shifts.set(purse, shift(purse));
      return purse;
    },
  };
}
