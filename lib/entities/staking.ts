import { accountHashOf, accountId, bareHash } from '../domain/account-id.ts';
import { amount } from '../domain/amount.ts';
import { eraBasis } from '../domain/basis.ts';
import { digestOf } from '../domain/digest.ts';
import type { EntityDefinition, Known } from '../domain/entity.ts';
import type { PinnedState, StakeWithValidator, ValidatorBid } from '../domain/pinned-state.ts';
import { type LiquidRate, type LiquidStaking, liquidBalance, liquidBasis, presentLiquid } from './liquid-staking.ts';
import { purseStakeKey } from './purse-stake-key.ts';

/** Amounts in motes; lists are sorted by the public keys of the validators. */
export interface StakingValue {
  readonly delegations: readonly { readonly validator: string; readonly staked: string }[];
  readonly unbondings: readonly {
    readonly validator: string;
    readonly amount: string;
    readonly eraOfCreation: number;
    readonly redelegatesTo: string | null;
  }[];
  readonly bid: { readonly staked: string; readonly delegationRate: number; readonly inactive: boolean } | null;
  /** Nothing can be missing: the auction call answered, and no write was missed since (rule KIND-4). */
  readonly complete: boolean;
  /** Of the newest era that has ended; null: unknown. */
  readonly rewards: { readonly era: number; readonly amount: string } | null;
  /** The balance in the liquid-staking contract, in the smallest unit of its token. */
  readonly liquid: string | null;
}

/** An account's native stakes, and its position in the liquid-staking contract, if one is configured. */
export function stakingWith(liquid: LiquidStaking | undefined): EntityDefinition<StakingValue> {
  const basis = liquid && liquidBasis(liquid);
  return {
    kind: 'staking',
    route: '/v1/accounts/{id}/staking',
    definition: digestOf({ kind: 'staking', schema: 1, liquid: liquid ?? null }),
    canonicalId: accountId,
    ofAccount: true,
    patience: 5,

    async read(id, state, known) {
      const hash = bareHash(id);
      state.dependOn({ key: `stake-${hash}` });
      state.dependOn({ basis: eraBasis });
      const holder = await state.account(hash);
      if (holder === undefined) return undefined;
      const [{ bid, stakes, complete, asked, isPurseFree }, rewards, balance] = await Promise.all([
        stakesOf(hash, state, known),
        state.lastRewards(hash),
        basis === undefined
          ? null
          : state.basis(basis).then(({ value }) => (value === undefined ? null : liquidBalance(id, value, state))),
      ]);
      // Rule KIND-3: the record says that the account has nothing at stake only where it has this key.
      if (isPurseFree) state.dependOn({ key: purseStakeKey(holder.mainPurse) });
      return {
        value: {
          delegations: stakes.flatMap(({ validator, delegation }) =>
            delegation === undefined ? [] : [{ validator, staked: delegation.staked }],
          ),
          unbondings: stakes.flatMap(({ validator, unbonding }) =>
            (unbonding?.eras ?? []).map((era) => ({ validator, ...era })),
          ),
          bid:
            bid === undefined
              ? null
              : { staked: bid.staked, delegationRate: bid.delegationRate, inactive: bid.inactive },
          complete,
          rewards: rewards ?? null,
          liquid: balance,
        },
        probedValidators: asked,
      };
    },

    fields: {
      delegations: 'chain-wins',
      unbondings: 'chain-wins',
      bid: 'chain-wins',
      complete: 'chain-wins',
      rewards: 'chain-wins',
      liquid: 'chain-wins',
    },
    whenAbsent: 'review',
    isUnaffectedByEras: ({ complete, bid, delegations, unbondings }) =>
      complete && bid === null && delegations.length === 0 && unbondings.length === 0,
    freshSeconds: () => 90,
    checks: [],
    supersedes: (before, after) =>
      (after.complete || !before.complete) && (after.rewards !== null || before.rewards === null),
    references: ({ delegations }, id) => [
      { kind: 'account', id },
      ...delegations.map(({ validator }) => ({ kind: 'account', id: `account-hash-${accountHashOf(validator)}` })),
    ],

    present: (id, { delegations, unbondings, bid, complete, rewards, liquid: balance }, joined) => ({
      kind: 'staking',
      id,
      totalStaked: amount(delegations.reduce((sum, { staked }) => sum + BigInt(staked), 0n)),
      delegations: delegations.map(({ validator, staked }) => ({ validator, staked: amount(staked) })),
      unbondings: unbondings.map(({ validator, amount: motes, eraOfCreation, redelegatesTo }) => ({
        validator,
        amount: amount(motes),
        eraOfCreation,
        redelegatesTo,
      })),
      bid: bid && { ...bid, staked: amount(bid.staked) },
      complete,
      rewards: rewards && { era: rewards.era, amount: amount(rewards.amount) },
      liquid:
        liquid === undefined || balance === null
          ? null
          : presentLiquid(balance, joined(`liquid:${liquid.package}`) as LiquidRate | undefined, liquid),
      local: null,
    }),
  };
}

/** What was found with the validators that were asked, and whether that is everything. */
interface Stakes {
  readonly bid: ValidatorBid | undefined;
  readonly stakes: readonly StakeWithValidator[];
  readonly complete: boolean;
  /** Public keys of validators. */
  readonly asked: readonly string[];
  /** No bid of anyone else names the account's main purse. */
  readonly isPurseFree: boolean;
}

function stakesOf(hash: string, state: PinnedState, known: Known | undefined): Promise<Stakes> {
  // Rule KIND-4: `scanned` comes from sync alone.
  return known?.scanned === undefined
    ? nativeStakes(hash, state, known?.probedValidators ?? [])
    : scannedStakes(hash, state, known, known.scanned.validators);
}

/**
 * When no write was missed, an account can hold something only with the validators that it held something with before, that a
 * written bid names, or that a redelegation goes to. A validator that a redelegation goes to may have moved to another key in
 * the meantime: while a redelegation is under way, all validators are asked (rule KIND-4).
 */
async function scannedStakes(
  hash: string,
  state: PinnedState,
  known: Known,
  named: readonly string[],
): Promise<Stakes> {
  const before = known.value as StakingValue | null;
  const heldWith = before?.delegations.map(({ validator }) => validator) ?? [];
  const leaving = before?.unbondings ?? [];
  const isMoving = leaving.some(({ redelegatesTo }) => redelegatesTo !== null);
  const [bid, own, allValidators] = await Promise.all([
    state.validatorBid(hash),
    state.ownUnbonding(hash),
    isMoving ? state.validators() : [],
  ]);
  const self = [bid, own].flatMap((one) => one?.validator ?? []);
  const leavingFrom = leaving.flatMap(({ validator, redelegatesTo }) => [validator, redelegatesTo ?? validator]);
  const probedValidators = isMoving ? [...known.probedValidators, ...allValidators] : [];
  const asked = [...new Set([...heldWith, ...leavingFrom, ...named, ...self, ...probedValidators])].sort();
  const stakes = await Promise.all(asked.map((validator) => state.stake(validator, hash)));
  return { bid, stakes: held(stakes), complete: before?.complete ?? false, asked, isPurseFree: false };
}

/**
 * The chain has no list of an account's bids. Unless the node answers the auction call, every validator of the directory, and
 * every one known for this account, is asked. An account may also unbond from itself, as a validator that withdraws.
 */
async function nativeStakes(hash: string, state: PinnedState, knownValidators: readonly string[]): Promise<Stakes> {
  const all = await state.allStakes(hash);
  if (all !== undefined) {
    const validators = [...new Set([...knownValidators, ...all.stakes.map(({ validator }) => validator)])].sort();
    return { bid: all.bid, stakes: held(all.stakes), complete: true, asked: validators, isPurseFree: all.isPurseFree };
  }
  const [bid, leaving, directory] = await Promise.all([
    state.validatorBid(hash),
    state.ownUnbonding(hash),
    state.validators(),
  ]);
  const self = bid?.validator ?? leaving?.validator;
  const asked = [...new Set([...directory, ...knownValidators, ...(self === undefined ? [] : [self])])].sort();
  const stakes = await Promise.all(asked.map((validator) => state.stake(validator, hash)));
  return { bid, stakes: held(stakes), complete: false, asked, isPurseFree: false };
}

const held = (stakes: readonly StakeWithValidator[]): StakeWithValidator[] =>
  stakes
    .filter(({ delegation, unbonding }) => delegation !== undefined || unbonding !== undefined)
    .toSorted((a, b) => (a.validator < b.validator ? -1 : 1));
