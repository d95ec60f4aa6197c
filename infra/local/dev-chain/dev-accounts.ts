import { blake2b256 } from '../../../lib/domain/account-id.ts';
import { accountHashKey } from './keys.ts';
import type { StoredValue } from './recorded.ts';
import type { Recording } from './recording.ts';
import { motesValue } from './submissions/motes.ts';

/**
 * The accounts of developers, which hold a balance on every dev chain. Their secret keys are public:
 * blake2b-256 of the texts `dev-account-1` (ed25519) and `dev-account-2` (secp256k1). They are worthless on any other chain.
 */
export const DEV_ACCOUNTS = [
  {
    secret: blake2b256(Buffer.from('dev-account-1')),
    publicKey: '013cc7696964ccdd8a0215e05f8335e3859a444fb5824962719a4dbdc8088de2d8',
  },
  {
    secret: blake2b256(Buffer.from('dev-account-2')),
    publicKey: '0202fa0bd332676f8eb1428e3bd6bab86635844341897d82ed73bd8999c613e9f111',
  },
] as const;

const BALANCE = 1_000_000_000_000_000n;

/** The recording with the accounts of developers from a block on, those that it does not have yet. No recorded key changes. */
export function withDevAccounts(recording: Recording, height = 0): Recording {
  const state = new Map(recording.state);
  const balances = new Map(recording.balances);
  for (const [key, value] of missingAccounts(recording)) {
    state.set(key, [{ height, value }]);
    if (key.startsWith('balance-')) balances.set(key.slice('balance-'.length), [{ height, value: String(BALANCE) }]);
  }
  return { ...recording, state, balances };
}

/** What is written for the accounts of developers that a chain does not have, by state key. */
export function missingAccounts({ state }: Recording): readonly (readonly [key: string, value: StoredValue])[] {
  return DEV_ACCOUNTS.map(({ publicKey }) => accountHashKey(publicKey)).flatMap((account) => {
    if (state.has(account)) return [];
    const purse = purseOfNewAccount(account);
    return [...newAccount(account, purse), [`balance-${purse}`, motesValue(BALANCE)] as const];
  });
}

/** The address of the main purse of an account that no recorded transaction made. */
export function purseOfNewAccount(account: string): string {
  return blake2b256(Buffer.from(`purse ${account}`));
}

/** What is written for a new account, besides its balance, by state key. */
export function newAccount(account: string, purse: string): readonly (readonly [key: string, value: StoredValue])[] {
  const written = {
    account_hash: account,
    named_keys: [],
    main_purse: `uref-${purse}-007`,
    associated_keys: [{ account_hash: account, weight: 1 }],
    action_thresholds: { deployment: 1, key_management: 1 },
  };
  return [
    [`uref-${purse}`, { CLValue: { cl_type: 'Unit', bytes: '', parsed: null } }],
    [account, { Account: written }],
  ];
}
