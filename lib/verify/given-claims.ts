import type { ClaimedParts, FullProof } from '../domain/full-proof.ts';
import type { BalanceHold } from '../domain/pinned-state.ts';
import {
  anyText,
  type Form,
  givenObject,
  listGiven,
  mapGiven,
  maybe,
  nullOr,
  only,
  textLike,
  wholeTo,
  wrong,
} from './forms.ts';

const motes = textLike(/^\d{1,155}$/);

/** Each once and in one spelling: else what is staked with it would count twice. */
const validators: Form<readonly string[]> = (value, name) => {
  const keys = listGiven(textLike(/^(?:01[0-9a-f]{64}|02[0-9a-f]{66})$/))(value, name);
  return keys.every((key, at) => at === 0 || (keys[at - 1] as string) < key) ? keys : wrong(name);
};

const hold = only<BalanceHold>({
  amount: motes,
  kind: nullOr(textLike(/^(?:gas|processing)$/) as Form<'gas' | 'processing'>),
  since: textLike(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
});

/** Rule PROOF-5: what nodes have said without a proof: nothing but these parts, each in its one form. */
export const claimedForm = only<{ readonly [Name in keyof ClaimedParts]: ClaimedParts[Name] | undefined }>({
  balance: maybe(only({ available: motes, holds: nullOr(listGiven(hold)) })),
  stakes: maybe(nullOr(validators)),
  validators: maybe(validators),
  rewards: maybe(nullOr(only({ era: wholeTo(Number.MAX_SAFE_INTEGER), amount: motes }))),
});

const packageHash = textLike(/^[0-9a-f]{64}$/);
/** Ten to the power of it is computed. */
const decimals = wholeTo(36);

const collection = only({
  package: packageHash,
  standard: maybe(textLike(/^cep(?:78|47|95)$/)),
  assetValue: maybe(anyText),
  verified: maybe(anyText),
});

const rate: Form<object> = (value, name) =>
  Object.hasOwn(givenObject(value, name), 'value')
    ? only({ value: anyText, scale: decimals })(value, name)
    : only({ numerator: anyText, denominator: anyText })(value, name);

/** Of the service's configuration, in the form that it takes itself. */
export const settingsForm = only<FullProof['settings']>({
  collections: mapGiven(collection),
  liquidStaking: nullOr(
    only({ package: packageHash, balances: anyText, itemKey: textLike(/^base64-key$/), decimals, rate }),
  ),
});
