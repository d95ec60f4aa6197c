import type { ClaimedParts, FullProof } from '../domain/full-proof.ts';
import type { BalanceHold } from '../domain/pinned-state.ts';
import { givenForm, givenList, givenNatural, givenObject, givenText, type Json, nothingElse, wrong } from './forms.ts';

/** Rule PROOF-5: what nodes have said without a proof: nothing but these parts, each in its one form. Throws ProofRefused. */
export function claimsIn(value: unknown): ClaimedParts {
  const { balance, stakes, validators, rewards, ...others } = givenObject(value, 'claimed');
  nothingElse(others, 'claimed');
  return {
    ...(balance !== undefined && { balance: balanceIn(balance) }),
    ...(stakes !== undefined && { stakes: stakes === null ? null : validatorsIn(stakes) }),
    ...(validators !== undefined && { validators: validatorsIn(validators) }),
    ...(rewards !== undefined && { rewards: rewards === null ? null : rewardsIn(rewards) }),
  };
}

function balanceIn(value: unknown): NonNullable<ClaimedParts['balance']> {
  const { available, holds, ...others } = givenObject(value, 'balance');
  nothingElse(others, 'balance');
  return { available: motes(available), holds: holds === null ? null : givenList(holds, 'holds').map(holdIn) };
}

function holdIn(value: unknown): BalanceHold {
  const { amount, kind, since, ...others } = givenObject(value, 'hold');
  nothingElse(others, 'hold');
  if (kind !== 'gas' && kind !== 'processing' && kind !== null) return wrong('kind of a hold');
  return { amount: motes(amount), kind, since: givenForm(since, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'time') };
}

/** Each once and in one spelling: else what is staked with it would count twice. */
function validatorsIn(value: unknown): readonly string[] {
  const validators = givenList(value, 'validators').map((key) =>
    givenForm(key, /^(?:01[0-9a-f]{64}|02[0-9a-f]{66})$/, 'public key'),
  );
  const isInOrder = validators.every((key, at) => at === 0 || (validators[at - 1] as string) < key);
  return isInOrder ? validators : wrong('validators in their order');
}

function rewardsIn(value: unknown): NonNullable<ClaimedParts['rewards']> {
  const { era, amount, ...others } = givenObject(value, 'rewards');
  nothingElse(others, 'rewards');
  return { era: givenNatural(era, 'era'), amount: motes(amount) };
}

const motes = (value: unknown): string => givenForm(value, /^\d{1,155}$/, 'amount');

/** Of the service's configuration, in the form that it takes itself. */
export function settingsIn(value: unknown): FullProof['settings'] {
  const { collections, liquidStaking, ...others } = givenObject(value, 'settings');
  nothingElse(others, 'settings');
  for (const each of Object.values(givenObject(collections, 'collections')))
    mustBeCollection(givenObject(each, 'collection'));
  if (liquidStaking !== null) mustBeLiquidStaking(givenObject(liquidStaking, 'liquidStaking'));
  return { collections: collections as object, liquidStaking: liquidStaking as object | null };
}

function mustBeCollection({ package: packageHash, standard, assetValue, verified, ...others }: Json): void {
  nothingElse(others, 'collection');
  givenForm(packageHash, hash, 'package');
  if (standard !== undefined) givenForm(standard, /^cep(?:78|47|95)$/, 'standard');
  for (const pointer of [assetValue, verified]) if (pointer !== undefined) givenText(pointer, 'pointer');
}

function mustBeLiquidStaking({ package: packageHash, balances, itemKey, decimals, rate, ...others }: Json): void {
  nothingElse(others, 'liquidStaking');
  givenForm(packageHash, hash, 'package');
  givenText(balances, 'balances');
  givenForm(itemKey, /^base64-key$/, 'itemKey');
  // Ten to the power of it is computed.
  givenNatural(decimals, 'decimals', mostDecimals);
  const { numerator, denominator, value, scale, ...more } = givenObject(rate, 'rate');
  nothingElse(more, 'rate');
  if (value === undefined) for (const name of [numerator, denominator]) givenText(name, 'rate');
  else givenNatural(scale, givenText(value, 'rate') && 'scale', mostDecimals);
}

const hash = /^[0-9a-f]{64}$/;
const mostDecimals = 36;
