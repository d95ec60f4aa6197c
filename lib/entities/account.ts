import { accountId, bareHash } from '../domain/account-id.ts';
import { amount } from '../domain/amount.ts';
import { eraBasis } from '../domain/basis.ts';
import { digestOf } from '../domain/digest.ts';
import type { EntityDefinition } from '../domain/entity.ts';
import { type RuledHold, unchangedUntil, underRules } from './hold-rules.ts';
import { purseStakeKey } from './purse-stake-key.ts';

export interface AccountValue {
  readonly mainPurse: string;
  /** The whole balance, in motes. */
  readonly balance: string;
  readonly available: string;
  /** Empty where everything is available; null: no node serves them. */
  readonly holds: readonly RuledHold[] | null;
}

/** An account's balance. An account keeps its main purse for ever, so a changed purse is reviewed. */
export const accountDefinition: EntityDefinition<AccountValue> = {
  kind: 'account',
  route: '/v1/accounts/{id}',
  definition: digestOf({ kind: 'account', schema: 3 }),
  canonicalId: accountId,
  ofAccount: true,
  erasShownBy: (id) => ({ kind: 'staking', id }),

  async read(id, state) {
    const hash = bareHash(id);
    const [holder, held] = await Promise.all([state.account(hash), state.mainPurseBalance(hash)]);
    if (holder === undefined || held === undefined) return undefined;
    // Rule KIND-3. A payout, a forced undelegation or a validator's withdrawal changes the balance in a switch block, and no
    // transaction names it. The transaction that starts such a change has already written a bid key of the account.
    state.dependOn({ key: `stake-${hash}` });
    state.dependOn({ key: purseStakeKey(holder.mainPurse) });
    state.dependOn({ basis: eraBasis });
    const { total: balance, available } = held;
    // Rule KIND-6: `validUntil` is the first end of a hold.
    const holds = held.holds === undefined ? null : await underRules(held.holds, state);
    return {
      value: { mainPurse: holder.mainPurse, balance, available, holds },
      // Rule CLAIM-5: what is held is released as time passes: at the end of the hold, or a little in every block.
      ...(available !== balance && { validUntil: unchangedUntil(holds, state.block.timestamp) }),
    };
  },

  fields: { mainPurse: 'review', balance: 'chain-wins', available: 'chain-wins', holds: 'chain-wins' },
  whenAbsent: 'review',
  freshSeconds: () => 90,
  checks: [
    {
      name: 'available-within-total',
      find: ({ balance, available }) =>
        BigInt(available) > BigInt(balance) ? `available ${available} exceeds the balance ${balance}` : undefined,
    },
  ],
  present: (id, { mainPurse, balance, available, holds }) => ({
    kind: 'account',
    id,
    mainPurse,
    balance: amount(balance),
    total: amount(balance),
    available: amount(available),
    holds: holds?.map(({ amount: motes, ...hold }) => ({ amount: amount(motes), ...hold })) ?? null,
    local: null,
  }),
};
