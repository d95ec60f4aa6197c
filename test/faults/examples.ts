import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import type { EntityRef } from '../../lib/domain/entity.ts';

const { collections, account, owner, transaction } = recordedExamples['chain-a'];
const otherAccount = 'account-hash-636c9c9deb8e1ab58d2d488ff90298d200154d46c750edd038f6a8f450968418';
const otherTransaction = '5554c710e84f90f317f361fba077d1ab683e846472ea39228a5cc455c4f5bd2c';

export const noTransaction = '0'.repeat(63).concat('1');

/** One entity of each kind in the recording chain-a, by route and by ref. The ids are canonical. */
export const examples: readonly { readonly path: string; readonly ref: EntityRef }[] = [
  { path: '/v1/assets/villas/0', ref: { kind: 'asset', id: `${collections.villas.package}:0` } },
  { path: `/v1/accounts/${account}`, ref: { kind: 'account', id: owner } },
  { path: `/v1/accounts/${account}/staking`, ref: { kind: 'staking', id: owner } },
  { path: `/v1/transactions/${transaction}`, ref: { kind: 'transaction', id: transaction } },
];

/** Another entity of each kind, for tests that need an entity that is not stored yet. */
export const others: typeof examples = [
  { path: '/v1/assets/villas/1', ref: { kind: 'asset', id: `${collections.villas.package}:1` } },
  { path: `/v1/accounts/${otherAccount}`, ref: { kind: 'account', id: otherAccount } },
  { path: `/v1/accounts/${otherAccount}/staking`, ref: { kind: 'staking', id: otherAccount } },
  { path: `/v1/transactions/${otherTransaction}`, ref: { kind: 'transaction', id: otherTransaction } },
];

/** One id of each kind that does not exist in chain-a. */
export const absent: typeof examples = [
  { path: '/v1/assets/villas/99', ref: { kind: 'asset', id: `${collections.villas.package}:99` } },
  {
    path: `/v1/accounts/account-hash-${'0'.repeat(64)}`,
    ref: { kind: 'account', id: `account-hash-${'0'.repeat(64)}` },
  },
  {
    path: `/v1/accounts/account-hash-${'0'.repeat(64)}/staking`,
    ref: { kind: 'staking', id: `account-hash-${'0'.repeat(64)}` },
  },
  { path: `/v1/transactions/${noTransaction}`, ref: { kind: 'transaction', id: noTransaction } },
];
