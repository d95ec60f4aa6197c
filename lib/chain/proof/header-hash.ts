import { blake2b256 } from '../../domain/account-id.ts';
import { concatBytes, NotBytes, optionOf, u8, u32, u64, vector } from './bytes.ts';
import {
  amountBytes,
  digestBytes,
  listIn,
  members,
  milliseconds,
  natural,
  none,
  present,
  publicKeyBytes,
  textOf,
  threeOf,
  truth,
} from './members.ts';

/**
 * The hash of a block of 2.x, from the header as nodes write it in JSON. Throws NotBytes where a member is missing, is not canonical, or
 * is not known: what is not hashed would be believed.
 */
export function headerHash(json: unknown): string {
  const {
    parent_hash: parent,
    state_root_hash: stateRoot,
    body_hash: body,
    random_bit: random,
    accumulated_seed: seed,
    era_end: end,
    timestamp,
    era_id: era,
    height,
    protocol_version: version,
    proposer,
    current_gas_price: gasPrice,
    last_switch_block_hash: lastSwitchBlock,
    ...others
  } = members(json, 'a header');
  none(others);
  return blake2b256(
    concatBytes(
      digestBytes(parent),
      digestBytes(stateRoot),
      digestBytes(body),
      u8(truth(random) ? 1 : 0),
      digestBytes(seed),
      optionOf(present(end), eraEnd),
      u64(milliseconds(timestamp)),
      u64(BigInt(natural(era))),
      u64(BigInt(natural(height))),
      ...threeOf(version).map(u32),
      publicKeyBytes(proposer),
      u8(natural(gasPrice, 255)),
      optionOf(present(lastSwitchBlock), digestBytes),
    ),
  );
}

function eraEnd(json: unknown): Uint8Array {
  const {
    equivocators,
    inactive_validators: inactive,
    next_era_validator_weights: weights,
    rewards,
    next_era_gas_price: gasPrice,
    ...others
  } = members(json, 'an era end');
  none(others);
  const pairs = listIn(weights).map((entry) => {
    const { validator, weight, ...more } = members(entry, 'a weight');
    none(more);
    // The same bytes in another form would name no validator.
    return [textOf(validator), weight] as const;
  });
  return concatBytes(
    vector(listIn(equivocators), publicKeyBytes),
    vector(listIn(inactive), publicKeyBytes),
    vector(byKey(pairs), ([validator, weight]) => concatBytes(publicKeyBytes(validator), amountBytes(weight))),
    vector(byKey(Object.entries(members(rewards, 'rewards'))), ([validator, amounts]) =>
      concatBytes(publicKeyBytes(validator), vector(listIn(amounts), amountBytes)),
    ),
    u8(natural(gasPrice, 255)),
  );
}

/** In the order of the keys' bytes. Twice the same key is no map. */
function byKey<Value>(pairs: readonly (readonly [string, Value])[]): readonly (readonly [string, Value])[] {
  const sorted = [...pairs].sort(([a], [b]) => (a < b ? -1 : 1));
  if (sorted.some(([key], at) => key === sorted[at + 1]?.[0])) throw new NotBytes('a key that is there twice');
  return sorted;
}
