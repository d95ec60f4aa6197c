import { NotBytes } from './bytes.ts';
import type { Reader } from './reader.ts';
import { publicKeyIn, readUref } from './trie-key.ts';

/** A BidKind (casper-types 6.0) in the form in which nodes write it in JSON, without members that are not read here. */
export function readBidKind(reader: Reader): unknown {
  const tag = reader.u8();
  if (tag === 1) return { Validator: readValidatorBid(reader) };
  if (tag === 2) return { Delegator: readDelegatorBid(reader) };
  if (tag === 6) return { Unbond: readUnbond(reader) };
  const other = { 0: 'Unified', 3: 'Bridge', 4: 'Credit', 5: 'Reservation' }[tag];
  if (other === undefined) throw new NotBytes(`a bid of the kind ${tag}`);
  return { [other]: {} };
}

const readValidatorBid = (reader: Reader) => ({
  validator_public_key: publicKeyIn(reader),
  bonding_purse: readUref(reader),
  staked_amount: String(reader.big()),
  delegation_rate: reader.u8(),
  vesting_schedule: reader.option(() => readVesting(reader)),
  inactive: reader.bool(),
  minimum_delegation_amount: Number(reader.u64()),
  maximum_delegation_amount: Number(reader.u64()),
  reserved_slots: reader.u32(),
});

const readDelegatorBid = (reader: Reader) => ({
  delegator_kind: readDelegatorKind(reader),
  staked_amount: String(reader.big()),
  bonding_purse: readUref(reader),
  validator_public_key: publicKeyIn(reader),
  vesting_schedule: reader.option(() => readVesting(reader)),
});

export function readDelegatorKind(reader: Reader): unknown {
  const tag = reader.u8();
  if (tag === 0) return { PublicKey: publicKeyIn(reader) };
  if (tag === 1) return { Purse: reader.hex(32) };
  throw new NotBytes(`a delegator of the kind ${tag}`);
}

const readUnbond = (reader: Reader) => ({
  validator_public_key: publicKeyIn(reader),
  unbond_kind: readUnbondKind(reader),
  eras: reader.vector(() => ({
    bonding_purse: readUref(reader),
    era_of_creation: Number(reader.u64()),
    amount: String(reader.big()),
    new_validator: reader.option(() => publicKeyIn(reader)),
  })),
});

function readUnbondKind(reader: Reader): unknown {
  const tag = reader.u8();
  if (tag === 0) return { Validator: publicKeyIn(reader) };
  if (tag === 1) return { DelegatedPublicKey: publicKeyIn(reader) };
  if (tag === 2) return { DelegatedPurse: reader.hex(32) };
  throw new NotBytes(`an unbonding of the kind ${tag}`);
}

const lockedAmounts = 14;
const readVesting = (reader: Reader) => ({
  initial_release_timestamp_millis: Number(reader.u64()),
  locked_amounts: reader.option(() => Array.from({ length: lockedAmounts }, () => String(reader.big()))),
});
